/** The catalogue of Discord: core's sentences, and those that only Discord needs. */
import { en as core } from '../../../core/sentences/en.ts';
import * as commands from './en/commands.ts';
import * as doctor from './en/doctor.ts';
import * as operator from './en/operator.ts';
import * as telling from './en/telling.ts';
import { words } from './en/words.ts';

export const en = { ...core, commands: { ...core.commands, ...commands }, doctor, operator, telling, words };
