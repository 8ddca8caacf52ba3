/**
 * The look of the page, as Typst definitions: fonts, headings, inline and displayed equations, tables, callouts.
 *
 * Displayed lines share three measured columns: the equation, aligned at its relation; the reason; shape and number. A line that does
 * not fit beside its reason is broken before a sign, and a part that cannot be broken is scaled down, so nothing ever leaves the page.
 */

import { typstScenePrelude } from '../scene/typst.js';

/** Definitions and settings that every document begins with; the body follows it in the same file. */
export const prelude = `#set page(paper: "a4", margin: (x: 71pt, top: 76pt, bottom: 80pt), numbering: "1", number-align: center)
#set text(font: ("Latin Modern Roman", "Latin Modern Math"), size: 10.5pt, fallback: false, hyphenate: true)
#set par(justify: true, leading: 0.58em, spacing: 0.9em)
#set heading(numbering: "1")
#set list(indent: 0.4em, body-indent: 0.6em, spacing: 0.8em)
#set enum(indent: 0.4em, body-indent: 0.6em, spacing: 0.8em)
#show list: set block(above: 0.8em, below: 0.9em)
#show enum: set block(above: 0.8em, below: 0.9em)
#set figure(gap: 10pt)
#set table.cell(breakable: false)
#set math.equation(numbering: none)
#show math.equation: set text(font: ("Latin Modern Math", "Latin Modern Roman"), fallback: false)
#show raw: set text(font: ("Latin Modern Mono", "Latin Modern Roman", "Latin Modern Math"), size: 1.18em, fallback: false)
#show heading: set block(above: 1.5em, below: 0.8em, sticky: true)
// Depths count within a solution, levels within the file: in a bound collection a solution's headings lie deeper.
#show heading: it => {
  set text(size: if it.depth == 1 { 14.4pt } else if it.depth == 2 { 12pt } else { 10.5pt })
  let shown = if it.numbering != none { str(counter(heading).get().last()) + h(0.8em) }
  block(par(justify: false, shown + it.supplement))
}
#show figure.caption: it => align(center, block(width: 92%, par(justify: false, { it.supplement; [ ]; context it.counter.display(it.numbering); [: ]; it.body })))
#show figure.caption: set text(hyphenate: false)
#show figure.where(kind: table): set figure.caption(position: top)
#let long-table(..parts) = { show figure: set block(breakable: true); figure(..parts) }
#show figure: set block(above: 1.4em, below: 1.4em)
#show link: set text(fill: rgb("#1F5AA6"))

#let muted = rgb("#6B6B6B")
#let mark-colours = (good: rgb("#2E6B3E"), bad: rgb("#A3261A"), open: rgb("#8A5A00"))

#let inline-equation(alt, body) = math.equation(block: false, alt: alt, body.body)
// A matrix in running text pushes the lines around it away.
#let tall-equation(alt, body) = box(inset: (y: 2.5pt), inline-equation(alt, body))

// Something that cannot be broken, made as small as its place.
#let shrink(room, body) = {
  let width = measure(body).width
  if width <= room or room <= 0pt { body } else { box(scale(100% * (room / width), reflow: true, origin: left + horizon, body)) }
}

// One formula of several parts in display style.
#let display-equation(alt, parts) = math.equation(block: false, alt: alt, math.display(parts.join()))

// Summands are arrays of factors, a factor a dictionary of the whole and its parts.
#let wholes(summands) = summands.flatten().map(factor => factor.whole)

#let width-of(parts) = measure(display-equation("x", parts)).width

// Packs summands into rows: the first has room for first, the others for rest; a summand that fits no row is cut into its factors,
// and a factor that fits none into its parts.
#let pack(summands, first, rest) = {
  let rows = ()
  let current = ()
  let width = 0pt
  let room = first
  for summand in summands {
    let whole = width-of(wholes(summand)) + 3pt
    let units = if width + whole <= room or (whole <= rest and current.len() > 0) { (wholes(summand),) } else {
      summand.map(factor => if factor.parts.len() > 0 and width-of((factor.whole,)) > rest { factor.parts } else { (factor.whole,) }).flatten().map(part => (part,))
    }
    for unit in units {
      let part = width-of(unit) + 3pt
      if width + part > room and current.len() > 0 {
        rows.push(current)
        current = ()
        width = 0pt
        room = rest
      }
      current += unit
      width += part
    }
  }
  if current.len() > 0 { rows.push(current) }
  rows
}

// Gives the cells of a row one height above and below their common line.
#let cell-strut = box(width: 0pt, height: 1.25em, baseline: 0.36em)

// A formula alone in a cell, with room for its full height.
#let cell-formula(body) = { set par(leading: 0.05em); cell-strut; body }
#let cell-text(body) = { cell-strut; body }
#let cell-fraction(alt, body) = pad(y: 1.8pt, text(size: 9pt, math.equation(block: false, alt: alt, math.display(body.body))))

// A long formula alone in a cell, cut as displayed ones are.
#let cell-equation(alt, summands) = layout(size => {
  let rows = pack(summands, size.width, size.width - 8pt)
  for (place, parts) in rows.enumerate() {
    block(above: 0.4em, below: 0.4em, if place == 0 { shrink(size.width, display-equation(alt, parts)) } else { h(8pt) + shrink(size.width - 8pt, display-equation("continued", ($""$.body,) + parts)) })
  }
})

// A long formula in running text: as many small formulas as it has pieces, so that lines may break between them.
#let long-equation(alt, summands) = context {
  let pieces = summands.flatten().map(factor => if factor.parts.len() > 0 and width-of((factor.whole,)) > 300pt { factor.parts } else { (factor.whole,) }).flatten()
  for (place, piece) in pieces.enumerate() {
    if place > 0 { h(0.25em) }
    shrink(400pt, math.equation(block: false, alt: if place == 0 { alt } else { "continued" }, if place == 0 { piece } else { $""$.body + piece }))
  }
}

#let mark-text(mark) = if mark == none { none } else { text(size: 8pt, style: "italic", fill: mark-colours.at(mark.tone), mark.word) }

#let remark-of(line) = {
  let parts = ()
  if line.reason != none { parts.push(line.reason) }
  if line.mark != none { parts.push(mark-text(line.mark)) }
  if parts.len() == 0 { none } else { text(size: 9pt, par(justify: false, leading: 0.45em, spacing: 0.5em, parts.join(h(0.5em, weak: false)))) }
}

#let tail-of(line) = {
  let parts = ()
  if line.shape != none { parts.push(text(size: 8.5pt, fill: muted, line.shape)) }
  if line.number != none { parts.push([(#line.number)]) }
  if parts.len() == 0 { none } else { box(parts.join(h(0.9em))) }
}

// Widths that the lines of a block share, in a place of the given width.
#let measured(lines, total) = {
  let widest(items) = calc.max(0pt, ..items.map(item => if item == none { 0pt } else { measure(item).width }))
  let prefixes = lines.map(line => if line.prefix.len() == 0 { 0pt } else { measure(display-equation("x", line.prefix)).width })
  let indent = calc.min(calc.max(..prefixes), 0.4 * total)
  let tail-room = widest(lines.map(tail-of))
  let remark-room = calc.min(widest(lines.map(remark-of)), 0.375 * total)
  let beside = total - (if tail-room > 0pt { tail-room + 12pt } else { 0pt }) - (if remark-room > 0pt { remark-room + 12pt } else { 0pt })
  let rights = lines.map(line => measure(display-equation("x", wholes(line.summands))).width + 5pt)
  let widths = rights.map(right => calc.min(indent + right, beside))
  (prefixes: prefixes, indent: indent, tail: tail-room, remark: remark-room, beside: beside, rights: rights, widest: calc.max(..widths))
}

// The equation of one line as one row, or as several when it does not fit into the room: contents and widths.
#let equation-rows(line, prefix-width, right-width, lead, indent, room) = {
  let pad = lead + indent - prefix-width
  if indent + right-width <= room { return ((h(pad) + display-equation(line.alt, line.prefix + wholes(line.summands)), lead + indent + right-width),) }
  let rows = pack(line.summands, room - indent - 5pt, room - indent - 14pt)
  rows.enumerate().map(((place, parts)) => if place == 0 {
    let shown = shrink(room - indent + prefix-width, display-equation(line.alt, line.prefix + parts))
    (h(pad) + shown, pad + measure(shown).width)
  } else {
    let shown = shrink(room - indent - 14pt, display-equation("continued", ($""$.body,) + parts))
    (h(lead + indent + 14pt) + shown, lead + indent + 14pt + measure(shown).width)
  })
}

// Whether the widest summand leaves room for the reason beside it.
#let narrow(line, room) = line.summands.all(summand => width-of(wholes(summand)) <= room)

#let derivation(lines, boxed: false) = layout(size => {
  let total = size.width - if boxed { 22pt } else { 0pt }
  let shared = measured(lines, total)
  let lead = if boxed { 0pt } else { calc.min((shared.beside - shared.widest) * 0.5, 26pt) }
  let room = shared.beside - lead
  let rows = ()
  for (index, line) in lines.enumerate() {
    let indent = shared.indent
    let beside = narrow(line, room - indent - 14pt)
    let full = total - lead - if shared.tail > 0pt { shared.tail + 12pt } else { 0pt }
    let shown = equation-rows(line, shared.prefixes.at(index), shared.rights.at(index), lead, indent, if beside { room } else { full })
    for (place, (row, width)) in shown.enumerate() {
      let last = place == shown.len() - 1
      let remark = if last { remark-of(line) }
      let tail = if last { tail-of(line) }
      if boxed and remark != none { remark = pad(left: 14pt, remark) }
      if boxed and tail != none { tail = pad(left: 14pt, tail) }
      if width <= shared.beside { rows.push((row, remark, tail)) } else {
        rows.push((grid.cell(colspan: 2, row), tail))
        if remark != none { rows.push((none, remark, none)) }
      }
    }
  }
  let equation-column = if boxed { auto } else if shared.remark > 0pt { calc.min(shared.beside, lead + shared.widest + 30pt) } else { shared.beside - 12pt }
  let columns = if boxed { (auto, auto, auto) } else { (equation-column, 1fr, shared.tail) }
  set par(leading: 0.05em)
  let body = grid(columns: columns, row-gutter: 7pt, column-gutter: if boxed { 0pt } else { 12pt }, align: (left + horizon, left + horizon, right + horizon), ..rows.flatten())
  if boxed { align(center, block(stroke: 0.7pt, inset: (x: 11pt, y: 8pt), body)) } else { body }
})

#let equations(..lines) = block(width: 100%, above: 1.1em, below: 1.1em, breakable: lines.pos().map(line => line.summands.len()).sum(default: 0) > 7, derivation(lines.pos()))
#let result(..lines) = block(width: 100%, above: 1.2em, below: 1.2em, breakable: lines.pos().map(line => line.summands.len()).sum(default: 0) > 24, derivation(lines.pos(), boxed: true))

// A paragraph that stays with what follows.
#let lead-in(body) = block(width: 100%, above: 0.9em, below: 0.9em, sticky: true, body)

#let callout-colours = (assumption: rgb("#1F4E79"), remark: rgb("#5B5B5B"), slip: rgb("#A3261A"))
#let callout(kind, long, title, body) = block(
  width: 100%, breakable: long, above: 1.2em, below: 1.2em, inset: (left: 12pt, right: 10pt, y: 8pt),
  stroke: (left: 2.2pt + callout-colours.at(kind)), fill: callout-colours.at(kind).lighten(94%),
  { block(below: 0.6em, sticky: true, strong(text(fill: callout-colours.at(kind), title))); body },
)

#let quotation(body) = pad(left: 18pt, right: 18pt, emph(body))
#let listing(body) = block(width: 100%, above: 1.1em, below: 1.1em, inset: (x: 8pt, y: 7pt), fill: luma(246), radius: 2pt, breakable: true, text(size: 8.4pt, body))

// Cells: widths measured, so that long words wrap, and a table that is too wide even then is made smaller.
#let booktabs(aligns, header, rows, rigid) = layout(size => {
  let count = aligns.len()
  let natural = range(count).map(column => calc.max(..(header, ..rows).map(row => measure(row.at(column)).width)) + 14pt)
  let fixed = range(count).filter(column => rigid.at(column)).map(column => natural.at(column)).sum(default: 0pt)
  let loose = range(count).filter(column => not rigid.at(column))
  let needed = fixed + loose.len() * 60pt
  let columns = if natural.sum() <= size.width { natural } else { range(count).map(column => if rigid.at(column) { natural.at(column) } else { calc.clamp(natural.at(column) / 1pt, 40, 260) * 1fr }) }
  set par(leading: 0.35em, justify: false)
  let body = table(
    columns: columns, align: aligns.map(side => side + horizon), stroke: none, inset: (x: 7pt, y: 2.2pt),
    table.hline(stroke: 0.8pt), table.header(..header), table.hline(stroke: 0.45pt), ..rows.flatten(), table.hline(stroke: 0.8pt),
  )
  if natural.sum() <= size.width or needed <= size.width { align(center, body) } else {
    let factor = size.width / calc.max(needed, natural.sum())
    align(center, scale(100% * factor, reflow: true, origin: center, block(width: calc.max(needed, natural.sum()), body)))
  }
})

${typstScenePrelude}`;
