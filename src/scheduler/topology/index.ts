/**
 * What PodTopologySpread and InterPodAffinity count with: how many pods of some kind there are on each node and in each
 * topology domain, kept up to date pod by pod, so that a cycle reads numbers and never looks at pods.
 *
 * There is one TopologyIndex for each scheduler (`Handle.topology`), for all plugins and profiles. It hears of every node
 * and of every pod that counts on a node before the plugins do. Ask it once for a template or a kind of pod, and keep:
 *
 * - `index.counter({ selectors, namespaces, namespaceSelector, countsTerminating })`: a PodCounter of the pods that these
 *   select. It has counted those that are there when it is returned. `counter.byNode[row]` and `counter.total` are numbers
 *   of pods, of nodes that are gone too.
 * - `index.ownerCounter()`: a PodCounter of the pods that own something, a term of affinity say. Which ones, tells a source:
 *   `index.addOwners((template, namespace, labelSet) => counters)` is asked once for each kind of pod that counts
 *   somewhere, and names the counters that count its pods, terminating ones included.
 * - `index.domains(topologyKey)`: TopologyDomains, in which `domainOf[row]` is a small number for the value of the node's
 *   label, -1 for nodes without the label. `index.domains(topologyKey, eligibility)` leaves out other nodes as well; the
 *   numbers are the same.
 * - `counter.in(domains)`: DomainCounts. `counts[domain]` are pods, `total` is their sum over all domains and `minimum` the
 *   fewest of any domain that has a node.
 *
 * Columns (`byNode`, `counts`, `domainOf`) are replaced when they get too small: read them anew in every cycle. Counters
 * are never given back; one that counts nothing takes next to no memory. Nothing is spent on pods before the first counter
 * is asked for.
 *
 * No plugin's rules stand here.
 */
export { DomainCounts } from './domainCounts.ts';
export { PodCounter } from './podCounter.ts';
export { type NodeEligibility, TopologyDomains } from './topologyDomains.ts';
export { conjunction, type NamespaceSelection, type PodSelection, TopologyIndex } from './topologyIndex.ts';
