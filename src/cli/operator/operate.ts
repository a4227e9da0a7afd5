/** Runs an operator's command where it can be run: in the Parley that holds the store, else in this process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { hasList, isPersonal } from '../../adapters/all.ts';
import type { Config } from '../../config.ts';
import { StoreInUseError } from '../../core/errors.ts';
import {
  createForgetEverywhere,
  type ForgetEverywhereOptions,
} from '../../core/forgetting/forget-everywhere.ts';
import { periodOf } from '../../core/money/periods.ts';
import { type Audit, createAudit } from '../../core/reports/audit.ts';
import { en } from '../../core/sentences/en.ts';
import { createLog } from '../../log.ts';
import { accessListsOf } from '../../start/operator-limits.ts';
import { createBooks } from '../../store/books/books.ts';
import { openStore } from '../../store/open.ts';
import { createAuditTrail } from '../../store/operator/audit-trail.ts';
import { markChanges } from '../../store/search/marked-store.ts';
import { sqlitePath } from '../../store/sqlite/open-sqlite.ts';
import type { Store } from '../../store/store.ts';
import { createAccessLists } from '../../store/tables/access-lists.ts';
import { isOnServer } from '../../store/url.ts';
import { type OperatorReply, runOperatorCommand } from './commands.ts';
import { forgettingOn } from './forgetting-on.ts';
import type { OperatorServices } from './operator-command.ts';
import { askRunning, socketFileOf } from './socket.ts';

/** Attempts to reach a Parley that is starting or stopping. */
const ATTEMPTS = 3;
const AGAIN_MS = 500;

/** Prints the result. Returns 0 when the command was done. @throws StoreError */
export async function operate(config: Config, words: string[]): Promise<number> {
  const reply = await replyTo(config, words);
  if ('problem' in reply) {
    console.error(reply.problem);
    return 1;
  }
  console.log(reply.text);
  return 0;
}

async function replyTo(config: Config, words: string[]): Promise<OperatorReply> {
  if (isOnServer(config.STORE_URL)) return runHere(config, words);
  for (let attempt = 1; ; attempt++) {
    const reply = await askRunning(socketFileOf(sqlitePath(config.STORE_URL)), words);
    if (reply) return reply;
    try {
      return await runHere(config, words);
    } catch (error) {
      if (!(error instanceof StoreInUseError)) throw error;
      if (attempt === ATTEMPTS) return { problem: en.operating.notReached };
      await sleep(AGAIN_MS);
    }
  }
}

async function runHere(config: Config, words: string[]): Promise<OperatorReply> {
  const store = markChanges(await openStore(config.STORE_URL), hasList);
  const audits = createAuditTrail(store);
  try {
    // The log stays apart from the text for the operator.
    const log = createLog(config.LOG_LEVEL, process.stderr.fd);
    const services = servicesOn(store, config, createAudit(log, audits.keep), forgettingOn(store, log));
    return await runOperatorCommand(services, words);
  } finally {
    await audits.settle();
    await store.close();
  }
}

export function servicesOn(
  store: Store,
  config: Config,
  audit: Audit,
  forgetting: ForgetEverywhereOptions,
): OperatorServices {
  return {
    accessLists: createAccessLists(store),
    configured: accessListsOf(config),
    forgetEverywhere: createForgetEverywhere(forgetting),
    books: createBooks({ store, isPersonal }),
    thisMonth: () => periodOf(Date.now(), 'month', config.TIME_ZONE).name,
    audit,
  };
}
