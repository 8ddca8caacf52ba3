/**
 * Where an answer goes: as JSON or in a format, to standard output or into a file.
 */

import { extname } from 'node:path';
import { exitCodeOfOutcome } from './exit.js';
import { writeWhole } from './files.js';
import { toJson } from './json.js';
import { type Answer, type Format, formats, InputError, type Library, type RenderOptions } from './library.js';
import type { OutputOptions } from './options.js';
import type { Session } from './session.js';

/** Writes one answer as the options say and records its outcome. */
export async function deliver(answer: Answer, options: OutputOptions, session: Session): Promise<void> {
  const path = options.output === '-' ? undefined : options.output;
  if (path === undefined) await toStandardOutput(answer, options, session);
  else {
    await writeWhole(path, await rendered(answer, formatOf(options), options, session), session.terminal.directory);
    session.remark(`wrote ${path}`, options);
    if (options.json) session.terminal.output.write(toJson(answer.report));
  }
  session.ended(exitCodeOfOutcome(answer.outcome));
}

async function toStandardOutput(answer: Answer, options: OutputOptions, session: Session): Promise<void> {
  const format = formatOf(options);
  const { output } = session.terminal;
  if (format === 'pdf' && output.isTerminal) {
    throw new InputError({ ruleId: 'pdf-to-terminal', message: 'a PDF cannot be shown in a terminal', fix: 'name a file: -o solution.pdf' });
  }
  const content = await rendered(answer, format, options, session);
  output.write(typeof content === 'string' && !content.endsWith('\n') ? `${content}\n` : content);
}

export async function rendered(answer: Answer, format: Format, options: OutputOptions, session: Session): Promise<string | Uint8Array> {
  const { width } = session.terminal.output;
  const fitted = width !== undefined && options.output === undefined;
  return renderAs(answer, format, { ...(options.engine ? { engine: options.engine } : {}), ...(fitted ? { width } : {}) }, session.library);
}

/** One rendering: JSON is the report, everything else the document. */
export async function renderAs(answer: Answer, format: Format, options: RenderOptions, library: Library): Promise<string | Uint8Array> {
  return format === 'json' ? toJson(answer.report) : library.render(answer.document, format, options);
}

const endings: Readonly<Record<string, Format>> = {
  '.text': 'txt',
  '.markdown': 'md',
  '.htm': 'html',
  ...Object.fromEntries(formats.map((format) => [`.${format}`, format])),
};

/** `--format`, else what the ending of `-o` says, else text; `--json` without a file is the format json. */
export function formatOf(options: OutputOptions): Format {
  const intoFile = options.output !== undefined && options.output !== '-';
  if (options.json && !intoFile) {
    if (options.format === undefined || options.format === 'json') return 'json';
    throw new InputError({
      ruleId: 'two-formats',
      message: `--json and --format ${options.format} both want standard output`,
      fix: 'write one of them into a file: -o FILE',
    });
  }
  if (options.format) return options.format;
  if (!intoFile) return 'txt';
  const ending = extname(options.output ?? '').toLowerCase();
  const format = endings[ending];
  if (format) return format;
  throw new InputError({
    ruleId: 'unknown-format',
    message: ending ? `${ending} is not the ending of a format` : `${options.output} has no ending to tell the format by`,
    fix: `say --format, or use one of ${formats.map((known) => `.${known}`).join(', ')}`,
  });
}
