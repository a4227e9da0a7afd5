/** Takes the operator's commands in a start. */
import type { Logger } from 'pino';
import type { SharedServices } from '../../adapters/platform.ts';
import { runOperatorCommand } from '../../cli/operator/commands.ts';
import { servicesOn } from '../../cli/operator/operate.ts';
import { listenToOperator, socketFileOf } from '../../cli/operator/socket.ts';
import type { Config } from '../../config.ts';
import { sqlitePath } from '../../store/sqlite/open-sqlite.ts';
import type { Store } from '../../store/store.ts';
import type { Tables } from '../tables.ts';

export interface OperatorDoor {
  config: Config;
  store: Store;
  tables: Tables;
  services: SharedServices;
  log: Logger;
}

/** Takes the operator's commands for a store that one process holds. On other stores, a command works by itself. */
export async function listenForOperator({ config, store, tables, services, log }: OperatorDoor) {
  if (store.isShared) return undefined;
  const { settings, queueWithFiles: queue, audit } = services;
  const operatorServices = servicesOn(store, config, audit, {
    ...tables,
    settings,
    queue,
    erase: store.erase,
  });
  return listenToOperator(
    socketFileOf(sqlitePath(config.STORE_URL)),
    (words) => runOperatorCommand(operatorServices, words),
    log,
  );
}
