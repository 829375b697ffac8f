import { BucketQueue } from './bucketQueue.ts';
import { HeapQueue } from './heapQueue.ts';
import { testEventQueue } from './testing/eventQueue.contract.ts';

testEventQueue('HeapQueue', () => new HeapQueue());
testEventQueue('BucketQueue', () => new BucketQueue());
