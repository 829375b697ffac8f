import { formatBytes, formatCpu } from '../../api/quantity.ts';

const CPU = /^(requests\.|limits\.)?cpu$/;
const BYTES = /^(.+\.)?(memory|storage|ephemeral-storage)$|hugepages-/;

/** What a quota counts of a resource, as a quantity: `500m`, `4Gi`, `10`. */
export function formatAmount(resource: string, amount: number): string {
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  if (CPU.test(resource)) return formatCpu(amount);
  return BYTES.test(name) ? formatBytes(amount) : String(amount);
}
