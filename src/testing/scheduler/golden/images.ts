import { type GoldenRow, podOf } from './rows.ts';

const MIB = 1024 * 1024;
const app = { names: ['app:v1', 'mirror/app:v1'], sizeBytes: 100 * MIB };
const web = { names: ['web:latest'], sizeBytes: 800 * MIB };
const nodes = { a: { images: [app, web] }, b: { images: [app] }, c: {}, d: {} };

export const IMAGE_ROWS: GoldenRow[] = [
  {
    // 100 MiB on 2 of 4 nodes: 50 MiB; 100 × (50 - 23) / (1000 - 23).
    title: 'ImageLocality: an image counts by its size and by how many nodes have it',
    nodes,
    pod: podOf('x', { spec: { containers: [{ name: 'app', image: 'mirror/app:v1' }] } }),
    scores: { ImageLocality: [2, 2, 0, 0] },
  },
  {
    // Up to 3000 MiB for three containers. a: 50 + 50 + 200 MiB: 100 × 277 / 2977; b: 100 × 77 / 2977.
    title: 'ImageLocality: every container counts, a name without tag is the latest',
    nodes,
    pod: podOf('x', {
      spec: {
        initContainers: [{ name: 'init', image: 'app:v1' }],
        containers: [
          { name: 'app', image: 'app:v1' },
          { name: 'web', image: 'web' },
        ],
      },
    }),
    scores: { ImageLocality: [9, 2, 0, 0] },
  },
];
