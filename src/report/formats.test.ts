import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { makeReport, makeRollout, makeRun, makeSweep, makeVariant } from '../runner/testing/results.ts';
import { runFormats, sweepFormats } from './formats.ts';
import { plainStyle } from './textTable.ts';

const options = { headers: true, style: plainStyle };

const stalled = makeRollout({ outcome: 'stalled', durationSeconds: null, availableMin: 8, pendingSeconds: null });

const report = makeReport([makeRun([makeRollout({ cause: 'create', revision: '1', startSeconds: 0 }), makeRollout()])]);

const surge = 'deployment/web:maxSurge';
const unavailable = 'deployment/web:maxUnavailable';

const grid = makeSweep([
  {
    settings: { [surge]: '0', [unavailable]: '0' },
    refused: 'web.yaml:3: may not be 0',
    runs: [],
    rows: [],
    thresholds: [],
  },
  makeVariant({ [surge]: '0', [unavailable]: '25%' }, [[makeRollout({ podsMax: 10, durationSeconds: 62.5 })]]),
  makeVariant({ [surge]: '25%', [unavailable]: '0' }, [[makeRollout({ availableMin: 10, durationSeconds: 45 })]]),
  makeVariant({ [surge]: '25%', [unavailable]: '25%' }, [[stalled]]),
]);

describe('a run', () => {
  it('as a table', () => {
    expect(runFormats.table(report, options)).toMatchInlineSnapshot(`
      "WORKLOAD        CAUSE   OUTCOME   START  DURATION  AVAIL MIN  AVAIL MEAN  PODS MAX  +TERMINATING  CPU MAX  MEM MAX
      deployment/web  update  complete  60.0s     31.3s       8/10         9.1        13            15      7.5    7.5Gi

      shop: Kubernetes 1.37, seed 1, 95.2 s of simulated time. 1 first rollout of the starting state: -o wide.
      "
    `);
  });

  it('as a table without headings', () => {
    expect(runFormats.table(report, { ...options, headers: false })).toMatchInlineSnapshot(`
      "deployment/web  update  complete  60.0s  31.3s  8/10  9.1  13  15  7.5  7.5Gi
      "
    `);
  });

  it('as a table over seeds', () => {
    const twice = makeReport([makeRun([makeRollout()], 7), makeRun([stalled], 8)]);
    expect(runFormats.table(twice, options)).toMatchInlineSnapshot(`
      "WORKLOAD        SEED  CAUSE   OUTCOME   START  DURATION  AVAIL MIN  AVAIL MEAN  PODS MAX  +TERMINATING  CPU MAX  MEM MAX
      deployment/web     7  update  complete  60.0s     31.3s       8/10         9.1        13            15      7.5    7.5Gi
      deployment/web     8  update  stalled   60.0s         -       8/10         9.1        13            15      7.5    7.5Gi

      shop: Kubernetes 1.37, 2 seeds, 7 to 8, 95.2 s of simulated time.
      "
    `);
  });

  it('as a wide table', () => {
    expect(runFormats.wide(report, options)).toMatchInlineSnapshot(`
      "WORKLOAD        CAUSE   OUTCOME   REVISION  START  DESIRED  DURATION  AVAIL MIN  AVAIL MEAN  UNAVAILABLE (pod s)  PODS MAX  +TERMINATING  CPU MAX  MEM MAX  SURGE (pod s)  NO PROGRESS  DEADLINE  UNSCHEDULABLE  PREEMPTIONS  DISRUPTIONS  PENDING P50  PENDING P95  PENDING P99  CONTROLLER  API LIMIT  SCHEDULING  CAPACITY WAIT  IMAGE PULL  START  READINESS  MIN READY  TERMINATION  QUOTA BACK-OFF  DISRUPTION BUDGET  RESTART BACK-OFF  NODE FAILURE  OPERATOR
      deployment/web  create  complete  1          0.0s       10     31.3s       8/10         9.1                 28.0        13            15      7.5    7.5Gi           90.5        9.00s    600.0s              0            0            0        0.00s        0.00s        0.00s           -          -           -              -           -      -          -          -            -               -                  -                 -             -         -
      deployment/web  update  complete  2         60.0s       10     31.3s       8/10         9.1                 28.0        13            15      7.5    7.5Gi           90.5        9.00s    600.0s              0            0            0        0.00s        0.00s        0.00s           -          -           -              -           -      -          -          -            -               -                  -                 -             -         -

      ATTEMPTS  SCHEDULED  WITHOUT NODE  PREEMPTIONS  PENDING P50  PENDING P95  PENDING P99  PENDING MAX
            21         20             1            0        0.00s        0.00s        0.00s        0.00s

      shop: Kubernetes 1.37, seed 1, 95.2 s of simulated time.
      "
    `);
  });

  it('as CSV', () => {
    expect(runFormats.csv(report, options)).toMatchInlineSnapshot(`
      "scenario,seed,workload,revision,cause,outcome,startSeconds,desiredReplicas,durationSeconds,availableMin,availableMean,unavailablePodSeconds,podsMax,podsMaxWithTerminating,requestedCpuMax,requestedMemoryMax,surgePodSeconds,noProgressMaxSeconds,progressDeadlineSeconds,unschedulable,preemptions,disruptions,pendingSecondsP50,pendingSecondsP95,pendingSecondsP99,criticalPathSecondsController,criticalPathSecondsApiLimit,criticalPathSecondsScheduling,criticalPathSecondsCapacityWait,criticalPathSecondsImagePull,criticalPathSecondsStart,criticalPathSecondsReadiness,criticalPathSecondsMinReady,criticalPathSecondsTermination,criticalPathSecondsQuotaBackOff,criticalPathSecondsDisruptionBudget,criticalPathSecondsRestartBackOff,criticalPathSecondsNodeFailure,criticalPathSecondsOperator
      shop,1,deployment/web,1,create,complete,0,10,31.25,8,9.104,28,13,15,7.5,8053063680,90.5,9,600,0,0,0,0.001,0.004,0.004,,,,,,,,,,,,,,
      shop,1,deployment/web,2,update,complete,60,10,31.25,8,9.104,28,13,15,7.5,8053063680,90.5,9,600,0,0,0,0.001,0.004,0.004,,,,,,,,,,,,,,
      "
    `);
  });

  it('as JSON and as YAML says the same', () => {
    expect(JSON.parse(runFormats.json(report, options))).toEqual(report);
    expect(parse(runFormats.yaml(report, options))).toEqual(report);
  });

  it('says so when there was no rollout', () => {
    expect(runFormats.table(makeReport([makeRun([])]), options)).toMatchInlineSnapshot(`
      "shop: Kubernetes 1.37, seed 1, 95.2 s of simulated time. No rollout happened.
      "
    `);
  });
});

describe('a sweep', () => {
  it('as a table', () => {
    expect(sweepFormats.table(grid, options)).toMatchInlineSnapshot(`
      "MAXSURGE  MAXUNAVAILABLE  OUTCOME   DURATION  AVAIL MIN  AVAIL MEAN  PODS MAX  +TERMINATING  CPU MAX  MEM MAX  PARETO
             0               0  refused          -          -           -         -             -        -        -  -
             0             25%  complete     62.5s       8/10         9.1        10            15      7.5    7.5Gi  -
           25%               0  complete     45.0s      10/10         9.1        13            15      7.5    7.5Gi  *
           25%             25%  stalled          -       8/10         9.1        13            15      7.5    7.5Gi  -

      Fastest, 45.0 s (1 seed): maxSurge=25% maxUnavailable=0.
      Never below the desired pods: maxSurge=25% maxUnavailable=0.
      Stalls, past its progress deadline: maxSurge=25% maxUnavailable=25%.
      Refused: maxSurge=0 maxUnavailable=0: web.yaml:3: may not be 0
      shop: 4 variants, seed 1, Kubernetes 1.37; times are simulated.
      "
    `);
  });

  it('over seeds shows how they spread', () => {
    const seeds = makeSweep(
      [
        makeVariant({ nodes: '3' }, [[makeRollout({ durationSeconds: 30 })], [makeRollout({ durationSeconds: 40 })]]),
        makeVariant({ nodes: '1' }, [[makeRollout({ durationSeconds: 90, availableMin: 7 })], [stalled]]),
      ],
      2,
    );
    expect(sweepFormats.table(seeds, options)).toMatchInlineSnapshot(`
      "NODES  OUTCOME                DURATION    P95  AVAIL MIN  AVAIL MEAN  PODS MAX  +TERMINATING  CPU MAX  MEM MAX  PARETO
          3  complete                  35.0s  40.0s       8/10         9.1        13            15      7.5    7.5Gi  *
          1  complete 1, stalled 1     90.0s  90.0s       7/10         9.1        13            15      7.5    7.5Gi  -

      DURATION and AVAIL MEAN are medians of 2 seeds, P95 is of DURATION; the other figures are the worst seed's.
      Fastest, 35.0 s (median of 2 seeds): nodes=3.
      Every variant dips below the desired pods; least, by 2 pods: nodes=3.
      Stalls, past its progress deadline: nodes=1.
      shop: 2 variants, 2 seeds (1 to 2), Kubernetes 1.37; times are simulated.
      "
    `);
  });

  it('names all of several variants with one label where they are all combinations', () => {
    const durations = [30.04, 30.01, 45, 61];
    const settings = ['0', '1'].flatMap((a) => ['1', '25%'].map((b) => ({ [unavailable]: a, [surge]: b })));
    const result = makeSweep(
      settings.map((one, index) => makeVariant(one, [[makeRollout({ durationSeconds: durations[index]! })]])),
    );
    const text = sweepFormats.table(result, options);
    expect(text).toContain('Fastest, 30.0 s (1 seed): maxUnavailable=0 maxSurge=1,25%.\n');
    expect(text).toContain('least, by 2 pods: maxUnavailable=0,1 maxSurge=1,25%.\n');
  });

  it('names five labels at most', () => {
    const pairs = Array.from({ length: 7 }, (_, index) => ({ a: String(index), b: String(index) }));
    const text = sweepFormats.table(makeSweep(pairs.map((pair) => makeVariant(pair, [[stalled]]))), options);
    expect(text).toContain('deadline: a=0 b=0 | a=1 b=1 | a=2 b=2 | a=3 b=3 | a=4 b=4 and 2 more.\n');
  });

  it('of first rollouts says so', () => {
    const first = makeRollout({ cause: 'create' });
    const result = makeSweep([makeVariant({ nodes: '1' }, [[first]]), makeVariant({ nodes: '2' }, [[first]])]);
    expect(sweepFormats.table(result, options)).toContain('\nFastest first rollout, 31.3 s (1 seed): nodes=1,2.\n');
  });

  it('of versions names them all', () => {
    const versions = ['1.30', '1.37'].map((kubernetes) => makeVariant({ kubernetes }, [[makeRollout()]]));
    expect(sweepFormats.table(makeSweep(versions), options)).toContain('seed 1, Kubernetes 1.30, 1.37; times');
  });

  it('with thresholds names the fastest variant that keeps them all', () => {
    const judged = (nodes: string, durationSeconds: number, ok: boolean) => ({
      ...makeVariant({ nodes }, [[makeRollout({ durationSeconds })]]),
      thresholds: [{ metric: 'rollout.availableMin', expression: '>=9', ok, actual: 8 }],
    });
    const textOf = (...oks: boolean[]): string =>
      sweepFormats.table(makeSweep(oks.map((ok, index) => judged(String(index), 10 + index, ok))), options);
    expect(textOf(false, true, true)).toContain('\nFastest that keeps all thresholds, 11.0 s: nodes=1.\n');
    expect(textOf(false, false)).toContain('\nNo variant keeps all thresholds.\n');
    expect(textOf(true, true)).toContain('\nEvery variant keeps all thresholds.\n');
  });

  it('shows the workloads that the axes name, and all when asked for more', () => {
    const both = [makeRollout(), makeRollout({ workload: 'shop/deployment/api' })];
    const result = makeSweep([makeVariant({ [surge]: '1' }, [both])]);
    expect(sweepFormats.table(result, options)).not.toContain('api');
    expect(sweepFormats.wide(result, options)).toContain('shop/deployment/api');
    expect(sweepFormats.csv(result, options)).toContain('shop/deployment/api');
  });

  it('shows thresholds where there are some', () => {
    const verdicts = [{ metric: 'rollout.availableMin', expression: '>=9', ok: false, actual: 8 }];
    const result = makeSweep([{ ...makeVariant({ nodes: '3' }, [[makeRollout()]]), thresholds: verdicts }]);
    expect(sweepFormats.table(result, { ...options, headers: false })).toMatchInlineSnapshot(`
      "3  complete  31.3s  8/10  9.1  13  15  7.5  7.5Gi  breached 1/1
      "
    `);
  });

  it('as CSV', () => {
    const lines = sweepFormats.csv(grid, options).split('\n');
    expect(lines[0]!.split(',').slice(0, 22)).toMatchInlineSnapshot(`
      [
        "maxSurge",
        "maxUnavailable",
        "scenario",
        "workload",
        "cause",
        "outcome",
        "seeds",
        "rollouts",
        "complete",
        "stalled",
        "superseded",
        "unfinished",
        "startSecondsMedian",
        "startSecondsP95",
        "startSecondsMin",
        "startSecondsMax",
        "startSecondsMean",
        "startSecondsIntervalLow",
        "startSecondsIntervalHigh",
        "desiredReplicasMedian",
        "desiredReplicasP95",
        "desiredReplicasMin",
      ]
    `);
    expect(lines[1]).toMatch(/^0,0,shop,,,refused,0,0,0,0,0,0,,.*,web\.yaml:3: may not be 0$/);
    expect(lines[2]).toContain(
      '0,25%,shop,deployment/web,update,complete,1,1,1,0,0,0,60,60,60,60,60,,,10,10,10,10,10,,,62.5,',
    );
  });

  it('as a wide table has every figure', () => {
    expect(sweepFormats.wide(grid, options).split('\n')[0]).toMatchInlineSnapshot(
      `"MAXSURGE  MAXUNAVAILABLE  OUTCOME   START  DESIRED  DURATION  AVAIL MIN  AVAIL MEAN  UNAVAILABLE (pod s)  PODS MAX  +TERMINATING  CPU MAX  MEM MAX  SURGE (pod s)  NO PROGRESS  DEADLINE  UNSCHEDULABLE  PREEMPTIONS  DISRUPTIONS  PENDING P50  PENDING P95  PENDING P99  CONTROLLER  API LIMIT  SCHEDULING  CAPACITY WAIT  IMAGE PULL  START  READINESS  MIN READY  TERMINATION  QUOTA BACK-OFF  DISRUPTION BUDGET  RESTART BACK-OFF  NODE FAILURE  OPERATOR  PARETO"`,
    );
  });

  it('as JSON and as YAML says the same', () => {
    expect(JSON.parse(sweepFormats.json(grid, options))).toEqual(grid);
    expect(parse(sweepFormats.yaml(grid, options))).toEqual(grid);
  });
});
