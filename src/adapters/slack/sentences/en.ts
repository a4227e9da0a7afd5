/** The catalogue of Slack: core's sentences, and those that only Slack needs. */
import { en as core } from '../../../core/sentences/en.ts';
import * as answers from './en/answers.ts';
import * as doctor from './en/doctor.ts';
import * as home from './en/home.ts';
import * as installing from './en/installing.ts';
import * as modals from './en/modals.ts';
import * as operator from './en/operator.ts';
import * as slash from './en/slash.ts';
import * as telling from './en/telling.ts';
import { words } from './en/words.ts';

export const en = { ...core, answers, doctor, home, installing, modals, operator, slash, telling, words };
