/** The German part of Discord's catalogue. */
import { de as core } from '../../../core/sentences/de.ts';

/** The name in the menu of a message. */
const ASK_ABOUT = 'Parley fragen';

export const de = { ...core, commands: { ...core.commands, ASK_ABOUT } };
