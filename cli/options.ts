/**
 * The options that commands share, each declared and read in one place.
 */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Engine, engines, type Format, formats } from './library.js';
import type { SharedOptions } from './session.js';

/** Declared on the program itself, so that they may stand before or after the command. */
export function addSharedOptions(program: Command): void {
  program
    .option('--json', 'write JSON (schema chainrule/<command>/1) to standard output, errors too')
    .option('--seed <n>', 'seed of all random numbers (0 unless given)', wholeNumber(0))
    .option('--sizes <list>', 'sizes and lengths for the numbers: n=4,d=3,T=5', sizes)
    .option('--quiet', 'no remarks and no progress on standard error')
    .option('--no-color', 'no colours')
    .option('--budget <n>', 'bound on the work, counted in steps', wholeNumber(1));
}

export interface OutputOptions extends SharedOptions {
  readonly output?: string;
  readonly format?: Format;
  readonly engine?: Engine;
}

/** Where to and in which format. */
export function addOutputOptions(command: Command, target: string): Command {
  return command
    .option(`-o, --output <${target}>`, 'write here instead of to standard output')
    .addOption(new Option('--format <format>', 'format of the output (that of the ending of -o unless given)').choices(formats))
    .addOption(new Option('--engine <engine>', 'what typesets a PDF').choices(engines));
}

/** The same, but `--format` may be given several times. */
export function addSeveralOutputOptions(command: Command, target: string): Command {
  const several = (text: string, before: readonly Format[] = []): readonly Format[] => {
    const format = formats.find((known) => known === text);
    if (format === undefined) throw new InvalidArgumentError(`Allowed choices are ${formats.join(', ')}.`);
    return before.includes(format) ? before : [...before, format];
  };
  return command
    .option(`-o, --output <${target}>`, 'write here instead of to standard output')
    .addOption(
      new Option('--format <format>', 'format of the output (that of the ending of -o unless given); several times: one file each')
        .choices(formats)
        .argParser(several),
    )
    .addOption(new Option('--engine <engine>', 'what typesets a PDF').choices(engines));
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && Number.isSafeInteger(value))) throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
    return value;
  };
}

function sizes(text: string): Readonly<Record<string, number>> {
  const pairs = text.split(',').map((part): [string, number] => {
    const match = /^\s*([^\s=,]+)\s*=\s*(\d{1,9})\s*$/u.exec(part);
    if (!match?.[1] || Number(match[2]) < 1)
      throw new InvalidArgumentError(`${part.trim() || 'An empty part'} is not of the form n=4; parts are separated by commas.`);
    return [match[1], Number(match[2])];
  });
  return Object.fromEntries(pairs);
}
