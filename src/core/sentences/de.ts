/** The German part of the catalogue: the commands, as people see them whose Discord is in German. */
import * as commands from './de/commands.ts';

export const de = { commands };
