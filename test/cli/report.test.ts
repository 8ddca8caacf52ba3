/**
 * How errors point: place, source line, caret; and that nothing in a hostile file reaches the terminal as a command.
 */

import { describe, expect, it } from 'vitest';
import { formatProblem, formatProblems, lineOf, printable, underline } from '../../cli/report.js';

const region = (startLine: number, startColumn: number, endLine: number, endColumn: number) => ({ startLine, startColumn, endLine, endColumn });

describe('a problem', () => {
  const sources = new Map([['sheet.md', 'title\nf_t = W_q x_t\n']]);

  it('shows place, line and caret, why and what to do', () => {
    const problem = {
      ruleId: 'unknown-name',
      message: 'W_q is not declared',
      why: 'no line mentions it',
      fix: 'did you mean W_g?',
      region: region(2, 7, 2, 10),
    };
    expect(formatProblem(problem, sources, false)).toBe(
      [
        'sheet.md:2:7: error [unknown-name] W_q is not declared',
        '    2 │ f_t = W_q x_t',
        '      │       ^^^',
        '  why: no line mentions it',
        '  fix: did you mean W_g?',
        '',
      ].join('\n'),
    );
  });

  it('marks a region of several lines to the end of its first', () => {
    expect(formatProblem({ ruleId: 'x', message: 'x', region: region(1, 3, 2, 1) }, sources, false)).toContain('      │   ^^^\n');
  });

  it('is still shown where the text is not known', () => {
    expect(formatProblem({ ruleId: 'x', message: 'm', file: 'other', region: region(9, 1, 9, 2) }, sources, false)).toBe('other:9:1: error [x] m\n');
  });

  it('of which there are many are counted after the twentieth', () => {
    const problems = Array.from({ length: 25 }, (_, index) => ({ ruleId: 'x', message: `number ${index}` }));
    expect(formatProblems(problems, new Map(), false)).toMatch(/number 19\n\n… and 5 more\n$/);
  });
});

describe('the caret', () => {
  it('counts code points, not code units', () => {
    expect(underline('𝒥 = x', 5, 6)).toEqual({ shown: '𝒥 = x', carets: '    ^' });
  });

  it('stands under what combining accents and wide characters have moved', () => {
    expect(underline('C\u0303 = q', 6, 7).carets).toBe('    ^');
    expect(underline('説 q', 3, 4).carets).toBe('   ^');
  });

  it('stands behind the line where something is missing at its end', () => {
    expect(underline('(a + b', 7, 7).carets).toBe('      ^');
  });

  it('is in sight in a line of a million characters', () => {
    const { shown, carets } = underline(`${'a'.repeat(500_000)}q${'b'.repeat(500_000)}`, 500_001, 500_002);
    expect(shown.length).toBeLessThan(130);
    expect(shown[carets.indexOf('^')]).toBe('q');
  });
});

describe('what is shown', () => {
  it('cannot steer the terminal', () => {
    expect(printable('a\u001b[31mb\u0007\u202ec\td')).toBe('a\ufffd[31mb\ufffd\ufffdc d');
  });

  it('finds lines with either line ending', () => {
    expect([1, 2, 3, 4].map((line) => lineOf('a\r\nb\nc', line))).toEqual(['a', 'b', 'c', undefined]);
  });
});
