/** The operator's commands, as they are typed beside a Parley that runs, and where none runs. */
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../fixtures.ts';
import { operateHere, operateIn, startHere, startOperated } from './operated.ts';

const GUILD = '1234567890123456789';

/** The lines of the audit log. */
const auditOf = (log: string) =>
  log
    .split('\n')
    .flatMap((line) => (line.includes('"msg":"audit"') ? [JSON.parse(line)] : []))
    .map(({ level: _, time: _at, msg: _msg, ...line }) => line);

describe('npm start -- allow, block and list', () => {
  it('work on the Parley that holds the store, and say where each entry comes from', async () => {
    await using parley = await startOperated({ ALLOWED_SERVERS: '11, 22', BLOCKED_PEOPLE: 'slack:T1:U1' });
    const blocked = await parley.operate('block', 'server', GUILD);
    expect(parley.output()).toMatch(
      new RegExp(`"audit":"blocked","person":"operator","what":"server:${GUILD}"`),
    );
    expect(blocked).toEqual({ code: 0, out: `The server ${GUILD} is blocked now.\n`, err: '' });
    const { out } = await parley.operate('list');
    expect(out).toContain('allowed  11  (ALLOWED_SERVERS)');
    expect(out).toContain('allowed  22  (ALLOWED_SERVERS)');
    expect(out).toContain(`blocked  ${GUILD}  (npm start -- block)`);
    expect(out).toContain('blocked  slack:T1:U1  (BLOCKED_PEOPLE)');
    expect(auditOf(parley.output())).toEqual([
      { audit: 'blocked', person: 'operator', what: `server:${GUILD}` },
    ]);
  });

  it('are kept where no Parley runs, for the next one that does', async () => {
    const folder = await emptyFolder();
    const { code, out, err } = await operateIn(folder, {}, 'block', 'workspace', 'T0123');
    expect([code, out]).toEqual([0, 'The workspace T0123 is blocked now.\n']);
    expect(auditOf(err)).toEqual([{ audit: 'blocked', person: 'operator', what: 'workspace:T0123' }]);
    await using parley = await startHere({}, folder);
    expect((await parley.operate('list')).out).toContain('blocked  T0123');
  });

  it('reach a Parley that was started again after it was killed, which clears what that left', async () => {
    const first = await startOperated();
    await first.kill('SIGKILL');
    const left = dirname(readFileSync(join(first.folder, 'parley.sqlite.operator'), 'utf8'));
    await using parley = await startHere({}, first.folder);
    expect(existsSync(left)).toBe(false);
    expect((await parley.operate('block', 'person', 'discord:42')).code).toBe(0);
    expect((await parley.operate('list')).out).toContain('blocked  discord:42');
  });

  it('reach a Parley whose store lies deeper than the name of a socket can be long', async () => {
    const folder = join(await emptyFolder(), 'd'.repeat(120));
    mkdirSync(folder);
    await using parley = await startHere({}, folder);
    expect((await parley.operate('block', 'server', GUILD)).code).toBe(0);
    expect((await parley.operate('list')).out).toContain(`blocked  ${GUILD}`);
    await parley.kill('SIGTERM');
    expect((await operateHere(folder, {}, 'list')).out).toContain(`blocked  ${GUILD}`);
  });

  it('can be given by nobody but the owner of the store', async () => {
    await using parley = await startHere();
    const file = join(parley.folder, 'parley.sqlite.operator');
    const socket = readFileSync(file, 'utf8');
    expect([statSync(file).mode & 0o777, statSync(dirname(socket)).mode & 0o777]).toEqual([0o600, 0o700]);
    await parley.kill('SIGTERM');
    expect([existsSync(file), existsSync(dirname(socket))]).toEqual([false, false]);
  });

  it('refuse what they do not understand, say the way out, and change nothing', async () => {
    const folder = await emptyFolder();
    const wrong: [string[], RegExp][] = [
      [['block', 'planet', '1'], /server, workspace, person/],
      [['block', 'person', '42'], /discord:<user id> or slack:<team id>/],
      [['allow', 'server', 'My server'], /Discord server id/],
      [['block'], /server, workspace, person/],
      [['block', 'server', '1', '2'], /One id at a time/],
      [['list', 'servers'], /nothing behind/],
    ];
    for (const [words, says] of wrong) {
      const { code, out, err } = await operateHere(folder, {}, ...words);
      expect([words, code, out, err]).toEqual([words, 1, '', expect.stringMatching(says)]);
      expect(err).toContain('npm start -- ');
    }
    expect((await operateHere(folder, {}, 'list')).out).not.toContain('npm start');
  });

  it('say what is wrong with what stands behind a command, and help there too', async () => {
    const folder = await emptyFolder();
    const extra = await operateIn(folder, {}, 'doctor', 'now');
    expect([extra.code, extra.err]).toEqual([1, expect.stringMatching(/"doctor" takes nothing behind it/)]);
    const help = await operateIn(folder, {}, 'block', '--help');
    expect([help.code, help.out]).toEqual([0, expect.stringMatching(/npm start -- block server/)]);
  });

  it('say so where the environment blocks what is allowed', async () => {
    const folder = await emptyFolder();
    const { out } = await operateHere(folder, { BLOCKED_SERVERS: GUILD }, 'allow', 'server', GUILD);
    expect(out).toMatch(/still blocked, by BLOCKED_SERVERS/);
  });

  it('take back a block without shutting everybody else out', async () => {
    const folder = await emptyFolder();
    await operateHere(folder, {}, 'block', 'server', GUILD);
    await operateHere(folder, {}, 'allow', 'server', GUILD);
    expect((await operateHere(folder, {}, 'list')).out).toMatch(/^servers:\n {2}all are allowed\n/);
  });

  it('say that the first one that is allowed shuts out all others, and how to take that back', async () => {
    const folder = await emptyFolder();
    const { out } = await operateHere(folder, {}, 'allow', 'server', GUILD);
    expect(out).toMatch(/Only the server .* is allowed now.*allow server all/);
    expect((await operateHere(folder, {}, 'list')).out).toContain('no others are allowed');
    await operateHere(folder, {}, 'allow', 'server', 'all');
    expect((await operateHere(folder, {}, 'list')).out).toMatch(/^servers:\n {2}all are allowed\n/);
  });
});
