import { expect, test } from 'vitest';
import { ProxyView } from './proxyView.ts';

const s = (seconds: number) => seconds * 1e6;

/** Two pods that are listed from 0 on, at proxies that are a second behind. */
function viewOfTwo(): ProxyView {
  const view = new ProxyView(s(1));
  view.list(1, true, 0);
  view.list(2, true, 0);
  return view;
}

test('an endpoint is stale from SIGTERM until the proxies know that it is no longer listed', () => {
  const view = viewOfTwo();
  view.serve(1, false, s(10));
  view.list(1, false, s(10.5));
  expect(view.staleSeconds(s(60))).toBe(1.5);
  // Every second request went there.
  expect(view.lostSeconds(s(60))).toBe(0.75);
});

test('with a rate the requests that went there are counted, as many as came at the time', () => {
  const view = viewOfTwo();
  expect(view.lostRequests(s(1))).toBeNull();
  view.expectRequests([
    { atMicros: 0, amount: 100 },
    { atMicros: s(11), amount: 40 },
  ]);
  view.serve(1, false, s(10));
  view.list(1, false, s(10.5));
  expect(view.lostRequests(s(60))).toBe((100 * 1 + 40 * 0.5) / 2);
});

test('it is not when SIGTERM comes later than that', () => {
  const view = viewOfTwo();
  view.serve(1, false, s(20));
  view.list(1, false, s(10));
  expect(view.staleSeconds(s(60))).toBe(0);
});

test('nor where proxies know at once', () => {
  const view = new ProxyView(0);
  view.list(1, true, 0);
  view.serve(1, false, s(10));
  view.list(1, false, s(10));
  expect(view.staleSeconds(s(60))).toBe(0);
});

test('a pod that serves again is stale no longer, and the end of the run ends what lasts', () => {
  const view = viewOfTwo();
  view.serve(1, false, s(10));
  view.serve(1, true, s(12));
  view.serve(2, false, s(50));
  expect(view.staleSeconds(s(60))).toBe(2 + 10);
  expect(view.lostSeconds(s(60))).toBe(1 + 5);
});
