import { describe, expect, it } from 'vitest';
import { DISCORD_WORDS } from '../../src/adapters/discord/vocabulary.ts';
import { PAGE_WORDS } from '../../src/adapters/web/vocabulary.ts';
import type { Choice } from '../../src/core/models/catalog/choose.ts';
import type { Failure, FailureKind } from '../../src/core/models/model.ts';
import { failureNotice as noticeIn } from '../../src/core/sentences/failure-notice.ts';
import type { Reader } from '../../src/core/types.ts';

const KINDS: FailureKind[] = [
  ...([
    'no-key',
    'key',
    'forbidden',
    'not-found',
    'quota',
    'rate',
    'context',
    'allowance',
    'loading',
  ] as const),
  ...(['refused', 'request', 'server', 'unreachable', 'private-address', 'late', 'stalled', 'cut'] as const),
  ...(['not-an-api', 'empty', 'spent', 'vault', 'store', 'bug', 'unpriced'] as const),
];
const baseUrl = 'https://models.example.org/v1';
const choice = (source: Choice['source'], key?: string): Choice => ({
  source,
  model: 'm',
  provider: { baseUrl, ...(key !== undefined && { key }) },
});
const CHOICES = [
  undefined,
  choice('own', 'sk-own'),
  choice('own'),
  choice('operator', 'sk-operator'),
  choice('operator'),
  choice('none'),
];
const failureNotice = (failure: Failure, choice: Choice | undefined, reader: Reader) =>
  noticeIn(failure, choice, {
    reader,
    words: reader === 'operator' || reader === 'owner' ? PAGE_WORDS : DISCORD_WORDS,
  });
const said = (reader: Reader) =>
  KINDS.flatMap((kind) => CHOICES.map((each) => failureNotice({ kind }, each, reader)));

describe('a notice about a failure', () => {
  it('tells a member of no setting that they cannot change, but what to do or whom to ask', () => {
    for (const notice of said('member')) {
      expect(notice).not.toMatch(
        /OPENAI_|MASTER_KEYS|side panel|(?<!Ask .*)`\/(?:key|model|settings|persona)/,
      );
      expect(notice).toMatch(
        /Ask an admin|tell an admin|Try |Send less|Ask for less|[Ss]ay it|whoever runs it finds/,
      );
    }
  });

  it('tells an admin of the commands, and not of what only the operator can change', () => {
    for (const notice of said('admin')) expect(notice).not.toMatch(/Check OPENAI_|or bring|side panel/);
    expect(failureNotice({ kind: 'key' }, choice('operator', 'sk'), 'admin')).toBe(
      "models.example.org does not accept Parley's API key. Ask whoever runs Parley to check OPENAI_API_KEY, or set an API key of your own with `/key set`.",
    );
  });

  it('tells people at the page of its side panel, and of no command that it does not have', () => {
    for (const reader of ['operator', 'owner'] as const)
      for (const notice of said(reader)) expect(notice).not.toMatch(/`\/|@Parley|Ask an admin/);
    for (const notice of said('owner')) expect(notice).not.toMatch(/Check OPENAI_|or bring/);
    expect(failureNotice({ kind: 'unreachable' }, choice('operator'), 'operator')).toContain(
      'Check OPENAI_BASE_URL',
    );
  });

  it('never says of a key that it is not accepted where none is set', () => {
    for (const reader of ['operator', 'owner', 'admin', 'member'] as const) {
      for (const source of ['own', 'operator', 'none'] as const) {
        const notice = failureNotice({ kind: 'key' }, choice(source), reader);
        expect(notice).not.toMatch(/accept|again/);
        expect(notice).toMatch(/wants an API key, and (?:none is set here|Parley has none) for it/);
      }
      expect(failureNotice({ kind: 'key' }, choice('own', 'sk'), reader)).toMatch(
        /does not accept the API key that is set here/,
      );
    }
  });

  it('sends nobody to choose among models or efforts where the operator offers one alone', () => {
    const one: Choice = { ...choice('operator', 'sk'), offer: { models: ['m'], effort: false, tools: [] } };
    for (const kind of KINDS)
      for (const reader of ['owner', 'admin', 'member'] as const)
        expect(failureNotice({ kind }, one, reader)).not.toMatch(/choose|effort|`\/model`/);
    expect(failureNotice({ kind: 'not-found' }, one, 'admin')).toMatch(
      /whoever runs Parley to offer another model, or set an API key of your own with `\/key set`/,
    );
    const two = { ...one, offer: { models: ['m', 'n'], effort: false, tools: [] } };
    expect(failureNotice({ kind: 'not-found' }, two, 'member')).toMatch(
      /Ask an admin to choose another model/,
    );
    expect(failureNotice({ kind: 'spent' }, two, 'admin')).toMatch(/at once, or choose another model/);
    expect(failureNotice({ kind: 'not-found' }, one, 'operator')).toMatch(/Set OPENAI_MODEL/);
  });

  it('names the way to begin afresh where the conversation has become too long', () => {
    expect(failureNotice({ kind: 'context' }, choice('own', 'sk'), 'member')).toContain(
      '`/new` (in threads `@Parley new`)',
    );
    expect(failureNotice({ kind: 'allowance' }, choice('own', 'sk'), 'admin')).toContain('`/new`');
    expect(failureNotice({ kind: 'context' }, choice('own', 'sk'), 'owner')).toContain('new conversation');
  });
});
