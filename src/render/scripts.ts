/** Unicode's own raised and lowered letters, which few fonts have: found, so that a format can set them as sub- and superscripts. */

const lowered = /[\u2080-\u209c\u1d62-\u1d6a\u2c7c]+/u;
const raised = /[\u00b2\u00b3\u00b9\u2070-\u207f\u1d2c-\u1d61\u1d78\u1d9b-\u1dbf\u02b0-\u02b8\u02e1-\u02e3]+/u;

export interface ScriptRun {
  readonly level: 'line' | 'sub' | 'super';
  readonly text: string;
}

/** Text cut where Unicode's own sub- and superscripts begin and end, with those as ordinary letters: hₜ₋₁ is h and t−1 below. */
export function scriptRuns(text: string): readonly ScriptRun[] {
  const parts = text.split(new RegExp(`(${lowered.source}|${raised.source})`, 'u')).filter((part) => part !== '');
  return parts.map((part) => {
    const level = lowered.test(part) ? 'sub' : raised.test(part) ? 'super' : 'line';
    return { level, text: level === 'line' ? part : part.normalize('NFKC') };
  });
}
