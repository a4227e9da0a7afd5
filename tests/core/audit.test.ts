import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createAudit } from '../../src/core/reports/audit.ts';
import { admin, commanding, member, TENANT } from './commanding.ts';

/** The audit log's lines, without time and level. */
function auditOf(log: string[]): Record<string, unknown>[] {
  return log
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg === 'audit')
    .map(({ level: _, time: _at, pid: _pid, hostname: _host, msg: _msg, ...rest }) => rest);
}

describe('the audit log', () => {
  it('says who changed keys and settings, and neither what to nor with which key', async () => {
    await using set = await commanding();
    const { host } = new URL(set.server.url);
    await set.setKey();
    await set.choose('whoMayAsk', ['admins']);
    await set.commands.run('model', admin, { name: 'canary-model' });
    await set.commands.submit('persona', admin, { persona: ['canary, a pirate'] });
    await set.commands.run('key remove', admin, {});
    const by = { tenant: TENANT, person: 'ada' };
    expect(auditOf(set.log)).toEqual([
      { audit: 'key set', ...by, host },
      { audit: 'settings changed', ...by, fields: ['whoMayAsk'] },
      { audit: 'settings changed', ...by, fields: ['model'] },
      { audit: 'settings changed', ...by, fields: ['persona'] },
      { audit: 'key removed', ...by, host },
    ]);
    expect(set.log.join()).not.toContain('canary');
  });

  it('says who was refused, once each time they try', async () => {
    await using set = await commanding();
    await set.commands.run('key remove', member, {});
    await set.commands.submit('key:0', member, { key: ['sk-canary'] });
    await set.commands.pick('settings', member, 'whoMayAsk');
    const by = { audit: 'refused', tenant: TENANT, person: 'bob', reason: 'admin' };
    expect(auditOf(set.log)).toEqual([
      { ...by, what: 'key-remove' },
      { ...by, what: 'key' },
      { ...by, what: 'settings' },
    ]);
  });

  it('says nothing where nothing changed', async () => {
    await using set = await commanding();
    await set.commands.run('key remove', admin, {});
    await set.commands.run('key set', admin, {});
    await set.commands.run('model', admin, {});
    await set.choose('whoMayAsk', ['nobody']);
    expect(auditOf(set.log)).toEqual([]);
  });

  it('holds no text, whatever a caller gives it for an id', () => {
    const log: string[] = [];
    const audit = createAudit(pino({}, { write: (line: string) => void log.push(line) }));
    const texts = ['what I said', 'a\nb', '', 'ü', 'x'.repeat(201), '{"level":50}'];
    for (const text of texts) audit('forgotten', { tenant: text, person: text, fields: [text, 'ok'] });
    for (const line of auditOf(log)) {
      const none = '[not an id]';
      expect(line).toEqual({ audit: 'forgotten', tenant: none, person: none, fields: [none, 'ok'] });
    }
    expect(log).toHaveLength(texts.length);
  });
});
