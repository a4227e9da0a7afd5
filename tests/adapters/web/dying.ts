/** A Parley that loses the store at one of its writes, for good, as when its process is killed there. */
import { startTcpProxy } from '../../../lab/counterparts/tcp-proxy.ts';
import type { Parley } from '../../harness/web.ts';

export interface DyingParley {
  url: string;
  /** It dies before its `count`th write from now on. */
  diesAt(count: number): void;
  /** Ends it, and resolves to whether it died before. */
  end(): Promise<boolean>;
}

const WRITES = /INSERT|UPDATE|DELETE/;

/** @param storeUrl of Postgres */
export async function startDying(
  storeUrl: string,
  start: (storeUrl: string) => Promise<Parley>,
): Promise<DyingParley> {
  const url = new URL(storeUrl);
  const proxy = await startTcpProxy(Number(url.port));
  url.port = String(proxy.port);
  const { app } = await start(url.href);
  return {
    url: app.url,
    diesAt: (count) => proxy.cutOff(WRITES, count),
    async end() {
      const { isCutOff } = proxy;
      await proxy[Symbol.asyncDispose]();
      void app.stop().catch(() => {});
      return isCutOff;
    },
  };
}
