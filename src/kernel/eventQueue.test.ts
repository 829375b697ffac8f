import { BucketQueue } from './bucketQueue.ts';
import { testEventQueue } from './eventQueue.contract.ts';
import { HeapQueue } from './heapQueue.ts';

testEventQueue('HeapQueue', () => new HeapQueue());
testEventQueue('BucketQueue', () => new BucketQueue());
