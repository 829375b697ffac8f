import { describe, expect, test } from 'vitest';
import { PodRig } from './testing/podRig.ts';

test('x', () => {
  const rig = new PodRig({
    pods: { p: { restartPolicy: 'OnFailure' } },
    behavior: { ready: '200ms', run: '3s', exitCode: { attempts: [1, 1, 0] } },
  });
  rig.run(100);
  console.log(rig.history());
  const b = new PodRig({
    pods: {
      p: {
        initContainers: [
          { name: 'i', image: 'i' },
          { name: 's', image: 's', restartPolicy: 'Always' },
          { name: 'j', image: 'j' },
        ],
      },
    },
    behavior: {
      pull: '2s',
      start: '100ms',
      ready: '200ms',
      terminate: '5s',
      containers: {
        i: { run: '1s', exitCode: { attempts: [1, 0] } },
        s: { ready: '1s', terminate: '3s' },
        j: { run: '1s' },
      },
    },
  });
  b.at(60, () => b.delete('p'));
  b.run(100);
  console.log(b.history());
});
