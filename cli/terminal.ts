/**
 * The world outside as the commands see it: two streams, standard input, a working directory. Tests pass their own.
 */

export interface Stream {
  write(content: string | Uint8Array): void;
  readonly isTerminal: boolean;
}

export interface Terminal {
  readonly output: Stream;
  readonly errors: Stream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  readInput(): Promise<Uint8Array>;
}

/** The terminal of this process. Colours follow `NO_COLOR` and `FORCE_COLOR`. */
export function processTerminal(): Terminal {
  return {
    output: { write: (content) => void process.stdout.write(content), isTerminal: process.stdout.isTTY === true },
    errors: { write: (content) => void process.stderr.write(content), isTerminal: process.stderr.isTTY === true },
    environment: process.env,
    directory: process.cwd(),
    readInput: readStandardInput,
  };
}

async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Whether a stream gets colours: never into files, never against the user's wish. */
export function wantsColour(stream: Stream, terminal: Terminal, allowed: boolean): boolean {
  if (!allowed || terminal.environment.NO_COLOR) return false;
  if (terminal.environment.FORCE_COLOR && terminal.environment.FORCE_COLOR !== '0') return true;
  return stream.isTerminal && terminal.environment.TERM !== 'dumb';
}
