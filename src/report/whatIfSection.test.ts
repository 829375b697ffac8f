import { describe, expect, it } from 'vitest';
import type { WhatIfRollout, WhatIfRow } from '../runner/whatIf.ts';
import { plainStyle } from './textTable.ts';
import { renderWhatIf } from './whatIfSection.ts';

const OPTIONS = { headers: true, style: plainStyle };

const row = (changes: Partial<WhatIfRow>): WhatIfRow => ({
  without: 'image-pull',
  complete: 2,
  durationSeconds: 25,
  availableMin: 8,
  savedSeconds: 15,
  savedShare: 0.375,
  availableMinChange: 0,
  phase: 'imagePull',
  criticalPathSeconds: null,
  ...changes,
});

const rollout = (bounds: readonly WhatIfRow[], changes: Partial<WhatIfRollout> = {}): WhatIfRollout => ({
  workload: 'deployment/web',
  ordinal: 2,
  runs: 2,
  complete: 2,
  durationSeconds: 40,
  availableMin: 8,
  bounds,
  ...changes,
});

describe('the section of --without', () => {
  it('has a row for the rollout as it is, and one for each bound', () => {
    const never = { durationSeconds: null, savedSeconds: null, savedShare: null, complete: 0 };
    const whatIf = [
      rollout([
        row({ criticalPathSeconds: 16 }),
        row({ without: 'start', durationSeconds: 40, savedSeconds: -0.001, savedShare: 0, criticalPathSeconds: 0 }),
        row({ without: 'capacity', durationSeconds: 43, savedSeconds: -3, savedShare: -0.075, availableMinChange: 2 }),
        row({ without: 'quota', ...never }),
      ]),
    ];
    expect(renderWhatIf({ whatIf }, OPTIONS)).toMatchInlineSnapshot(`
      "WORKLOAD        WITHOUT     COMPLETE  DURATION  SAVES  SHARE  ON THE PATH  AVAIL MIN  CHANGE
      deployment/web  -                2/2     40.0s      -      -            -          8       -
      deployment/web  image-pull       2/2     25.0s  15.0s  37.5%        16.0s          8       0
      deployment/web  start            2/2     40.0s   0.0s     0%         0.0s          8       0
      deployment/web  capacity         2/2     43.0s  -3.0s  -7.5%            -          8      +2
      deployment/web  quota            0/2         -      -      -            -          8       0

      Each line is the same seeds once more, without that one bound: what several save does not add up. ON THE PATH is what the critical path had of it. What saves less than nothing made it slower.
      "
    `);
  });

  it('numbers the rollouts of a workload that has several', () => {
    const whatIf = [rollout([]), rollout([], { ordinal: 3 }), rollout([], { workload: 'deployment/api', runs: 1 })];
    const lines = renderWhatIf({ whatIf }, { ...OPTIONS, headers: false }).split('\n');
    expect(lines.map((line) => line.split(/\s{2,}/)[0])).toEqual([
      'deployment/web (2)',
      'deployment/web (3)',
      'deployment/api',
      '',
    ]);
  });

  it('is empty where nobody asked', () => {
    expect(renderWhatIf({}, OPTIONS)).toBe('');
  });
});
