/**
 * One run of the command: its terminal, the options that every command takes, the texts read so far, and the exit codes collected.
 */

import { type ExitCode, exitCodes, gravestOf } from './exit.js';
import type { Library, Settings } from './library.js';
import { progressOn } from './progress.js';
import { type Terminal, wantsColour } from './terminal.js';

/** Options that every command takes, as commander hands them over. */
export interface SharedOptions {
  readonly json?: boolean;
  readonly seed?: number;
  readonly sizes?: Readonly<Record<string, number>>;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly budget?: number;
}

/** Reports what was thrown while a command goes on with other work. */
export type Failure = (error: unknown, options: SharedOptions) => void;

export class Session {
  /** What was read, by the name under which problems speak of it. */
  readonly sources = new Map<string, string>();
  private readonly codes: ExitCode[] = [];

  constructor(
    readonly terminal: Terminal,
    readonly library: Library,
    /** What a thread runs; without it, work is done one piece after another. */
    readonly thread?: URL,
  ) {}

  /** The settings of the library that the shared options stand for. */
  settings(options: SharedOptions): Settings {
    const progress = this.progress(options);
    return {
      seed: options.seed ?? 0,
      sizes: options.sizes ?? {},
      ...(options.budget === undefined ? {} : { budget: options.budget }),
      ...(progress ? { progress } : {}),
    };
  }

  /** Reports how far long work is, where somebody watches. */
  progress(options: SharedOptions): Settings['progress'] {
    return this.terminal.errors.isTerminal && !options.quiet && !options.json ? progressOn(this.terminal.errors) : undefined;
  }

  /** A remark for people, on standard error. */
  remark(text: string, options: SharedOptions): void {
    if (!options.quiet) this.terminal.errors.write(`${text}\n`);
  }

  /** Whether errors are shown in colour. */
  coloursErrors(options: SharedOptions): boolean {
    return wantsColour(this.terminal.errors, this.terminal, options.color !== false);
  }

  /** Records how a piece of work ended; the gravest end decides. */
  ended(code: ExitCode): void {
    this.codes.push(code);
  }

  get exitCode(): ExitCode {
    return this.codes.length === 0 ? exitCodes.done : gravestOf(this.codes);
  }
}
