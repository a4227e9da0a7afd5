/** The status in a thread while a model thinks for long, in virtual time. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { showThinking } from '../../../src/adapters/slack/answer/thinking-status.ts';
import type { Workspace } from '../../../src/adapters/slack/workspaces/workspaces.ts';

const toFake = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const;
beforeEach(() => void vi.useFakeTimers({ toFake: [...toFake] }));
afterEach(() => void vi.useRealTimers());

function thinking({ isPosting = false, fails = false } = {}) {
  const said: string[] = [];
  const setStatus = async ({ status }: { status: string }) => {
    said.push(status);
    if (fails) throw new Error('an error of Slack');
  };
  const workspace = { edits: { assistant: { threads: { setStatus } } } } as unknown as Workspace;
  const place = { workspace: async () => workspace, channel: 'C1', thread: '1.1' };
  return { said, ...showThinking({ ...place, isPosting: () => isPosting }) };
}

describe('the status while an answer is being made', () => {
  it('says after half a minute that it still thinks, and is renewed before Slack clears it', async () => {
    const { said, stop } = thinking();
    await vi.advanceTimersByTimeAsync(29_000);
    expect(said).toEqual(['is thinking …']);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(said.at(-1)).toBe('is still thinking …');
    for (let minutes = 0; minutes < 10; minutes++) {
      const before = said.length;
      await vi.advanceTimersByTimeAsync(119_000);
      expect(said.length).toBeGreaterThan(before);
      expect(said.at(-1)).toBe('is still thinking …');
    }
    stop();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(said.at(-1)).toBe('');
    expect(said.filter((status) => status === '')).toHaveLength(1);
  });

  it('is left for Slack to clear where a message takes its place', async () => {
    const { said, stop } = thinking({ isPosting: true });
    await vi.advanceTimersByTimeAsync(1_000);
    stop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said).toEqual(['is thinking …']);
  });

  it('that Slack refuses matters to nobody', async () => {
    const { said, stop } = thinking({ fails: true });
    await vi.advanceTimersByTimeAsync(120_000);
    stop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said.length).toBeGreaterThan(2);
  });
});
