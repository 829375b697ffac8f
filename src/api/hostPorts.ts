import type { HostPort } from './types.ts';

const ANY_IP = '0.0.0.0';

/** Upstream's HostPortInfo.CheckConflict: same protocol and port, and the same address or one of them all addresses. */
export function doHostPortsConflict(wanted: readonly HostPort[], used: readonly HostPort[]): boolean {
  return wanted.some((a) =>
    used.some((b) => {
      if (a.port !== b.port || a.port <= 0 || (a.protocol || 'TCP') !== (b.protocol || 'TCP')) return false;
      const ipOfA = a.hostIP || ANY_IP;
      const ipOfB = b.hostIP || ANY_IP;
      return ipOfA === ipOfB || ipOfA === ANY_IP || ipOfB === ANY_IP;
    }),
  );
}
