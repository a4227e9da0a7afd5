/** Dictation: speech that the person's provider transcribes. Parley keeps none of it. */
import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import type { MessageRate } from '../../../../core/access/message-rate.ts';
import { VaultError } from '../../../../core/errors.ts';
import type { Choice, ModelChooser } from '../../../../core/models/catalog/choose.ts';
import { type Failure, ModelError } from '../../../../core/models/model.ts';
import type { Audio } from '../../../../core/models/transcribe.ts';
import type { Spending } from '../../../../core/money/metering/spending.ts';
import { en } from '../../../../core/sentences/en.ts';
import { failureNotice } from '../../../../core/sentences/failure-notice.ts';
import type { Settings } from '../../../../core/settings.ts';
import type { PageReader, TenantId } from '../../../../core/types.ts';
import { DICTATION, type DictatedText } from '../../api/dictation.ts';
import { fromServer } from '../../sentences/en.ts';
import { PAGE_WORDS } from '../../vocabulary.ts';
import { limitBody } from '../limit-body.ts';
import { Refusal } from '../refusal.ts';
import type { Env, RouteTools } from '../route-tools.ts';

const words = fromServer.refusals.dictation;

export interface DictationOptions {
  settings: Settings;
  models: ModelChooser;
  spending: Spending;
  rate: MessageRate;
  reader: (tenant: TenantId) => PageReader;
}

export function mountDictation(app: Hono<Env>, options: DictationOptions, { session }: RouteTools): void {
  const { settings, models, spending, rate, reader } = options;
  const bound = limitBody(DICTATION.mostBytes, words.TOO_LONG);

  app.post('/api/dictation', bound, async (c) => {
    const { tenant } = session(c);
    const audio = await audioIn(c);
    const wait = await rate.count(tenant, { id: randomUUID(), at: Date.now() });
    if (wait) throw new Refusal(429, 'too-many', en.notices.tooManyAMinute(wait.seconds), wait.seconds);
    const refused = (failure: Failure, choice?: Choice) =>
      new Refusal(
        422,
        failure.kind,
        failureNotice(failure, choice, { reader: reader(tenant), words: PAGE_WORDS }),
      );
    const own = await settings.read(tenant);
    const { transcriber, ...chosen } = await models.choose(tenant, own).catch((error: unknown) => {
      if (error instanceof VaultError) throw refused({ kind: 'vault' });
      throw error instanceof ModelError ? refused(error.failure) : error;
    });
    if (!transcriber) throw new Refusal(422, 'no-transcriber', words.DEMO);
    const choice = { ...chosen.choice, model: transcriber.model };
    const spender = { tenant, person: tenant, roles: [], conversation: tenant };
    try {
      const text = await spending.run({ kind: 'transcription', spender, settings: own, choice }, (meter) =>
        transcriber.transcribe(audio, meter, c.req.raw.signal),
      );
      return c.json<DictatedText>({ text });
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      if (error.failure.kind === 'empty') throw new Refusal(422, 'empty', words.NOTHING_HEARD);
      throw refused(error.failure, choice);
    }
  });
}

/** @throws Refusal 415 for what is no audio that a browser records, 400 where there is none */
async function audioIn(c: Context): Promise<Audio> {
  const [type = ''] = (c.req.header('content-type') ?? '').toLowerCase().split(';');
  if (!DICTATION.types.includes(type)) throw new Refusal(415, 'file-type', words.WRONG_TYPE);
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  if (bytes.length === 0) throw new Refusal(400, 'empty', words.NOTHING_HEARD);
  return { type, bytes };
}
