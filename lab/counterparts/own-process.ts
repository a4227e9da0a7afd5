/** Runs a counterpart as its own process: its control API listens until the process is told to end. */
import { fstatSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Returns the address of the control API. The process ends with SIGTERM or SIGINT, or when the pipe on its standard
 * input closes.
 * @param stop stops the counterpart
 */
export async function serveControl(control: Server, stop: () => Promise<void>): Promise<string> {
  const end = async () => {
    control.close();
    control.closeAllConnections();
    await stop();
    process.exit(0);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  const input = fstatSync(0);
  if (input.isFIFO() || input.isSocket()) process.stdin.once('close', end).resume();
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(control.address() as AddressInfo).port}/control`;
}
