/** How much room a label takes, estimated from its plain text: enough for boxes and legends, which leave some air. */

import type { Inline, Mathematics } from '../document.js';

const wide = /[A-Z𝒜-𝓏ℳmwΣΦΨΩ=+−<>≤≥∘⊙∑∏∂∇→⋯…]/u;
const narrow = /[ijltfrI1().,:;|′'ℓ[\]]/u;

/** Width of a formula in points at a font size. Scripts count at 0.7 of the size, accents not at all. */
export function mathematicsWidth(math: Mathematics, size: number): number {
  let width = 0;
  let depth = 0;
  let script = false;
  for (const character of math.text) {
    if (/[\p{Mn}]/u.test(character)) continue;
    if (character === '_' || character === '^') script = true;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth <= 0) script = false;
    } else {
      width += characterWidth(character) * (script || /[₀-ₜᵀ⁰-⁾ⁿ]/u.test(character) ? 0.72 : 1);
      if (script && depth === 0) script = false;
    }
  }
  return width * size;
}

function characterWidth(character: string): number {
  if (wide.test(character)) return 0.8;
  return narrow.test(character) ? 0.34 : 0.53;
}

/** Width of a label's content in points at a font size. */
export function contentWidth(content: Inline, size: number): number {
  switch (content.type) {
    case 'math':
      return mathematicsWidth(content.math, size);
    case 'text':
    case 'code':
      return Array.from(content.text).reduce((sum, character) => sum + characterWidth(character), 0) * size;
    case 'strong':
    case 'emphasis':
    case 'link':
      return content.children.reduce((sum, child) => sum + contentWidth(child, size), 0);
    case 'lineBreak':
      return 0;
  }
}
