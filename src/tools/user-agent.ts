/** The name that Parley gives to servers of the web. */
import { VERSION } from '../version.ts';

export const USER_AGENT = `Parley/${VERSION} (a self-hosted chat bot; reads single pages that people ask about)`;
