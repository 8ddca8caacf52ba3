/**
 * The world outside as the commands see it: two streams, standard input, a working directory. Tests pass their own.
 */

export interface Stream {
  write(content: string | Uint8Array): void;
  readonly isTerminal: boolean;
  /** Columns of a terminal. */
  readonly width?: number;
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
    output: streamOf(process.stdout),
    errors: streamOf(process.stderr),
    environment: process.env,
    directory: process.cwd(),
    readInput: readStandardInput,
  };
}

function streamOf(stream: NodeJS.WriteStream): Stream {
  const isTerminal = stream.isTTY === true;
  return { write: (content) => void stream.write(content), isTerminal, ...(isTerminal && stream.columns > 0 ? { width: stream.columns } : {}) };
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
