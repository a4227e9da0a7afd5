/** Wraps forgetting so that it resolves only once the text is gone from the store's files, not only from its rows. */
import type { Forgetting } from './forget.ts';

/** @param erase resolves once removed rows are gone from the store's files */
export function erasing(forgetting: Forgetting, erase: () => Promise<void>): Forgetting {
  async function erased<T>(work: Promise<T>): Promise<T> {
    const result = await work;
    await erase();
    return result;
  }
  return {
    message: (...args) => erased(forgetting.message(...args)),
    conversation: (...args) => erased(forgetting.conversation(...args)),
    saidBy: (...args) => erased(forgetting.saidBy(...args)),
    place: (...args) => erased(forgetting.place(...args)),
    tenant: (...args) => erased(forgetting.tenant(...args)),
  };
}
