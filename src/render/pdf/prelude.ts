/**
 * The look of the page, as Typst definitions: fonts, headings, inline and displayed equations, tables, callouts.
 *
 * Displayed lines share three measured columns: the equation, aligned at its relation; the reason; shape and number. A line that does
 * not fit beside its reason takes the whole width and has the reason below; one that does not fit at all is broken before a sign;
 * a part that cannot be broken is scaled down. So nothing ever leaves the page.
 */

import { typstScenePrelude } from '../scene/typst.js';

/** Definitions and settings that every document begins with; the body follows it in the same file. */
export const prelude = `#set page(paper: "a4", margin: (x: 71pt, top: 76pt, bottom: 80pt), numbering: "1", number-align: center)
#set text(font: ("Latin Modern Roman", "Latin Modern Math"), size: 10.5pt, fallback: false, hyphenate: true)
#set par(justify: true, leading: 0.58em, spacing: 0.9em)
#set heading(numbering: "1.1")
#set list(indent: 0.4em, body-indent: 0.6em)
#set enum(indent: 0.4em, body-indent: 0.6em)
#set figure(gap: 10pt)
#set math.equation(numbering: none)
#show math.equation: set text(font: ("Latin Modern Math", "Latin Modern Roman"), fallback: false)
#show raw: set text(font: ("Latin Modern Mono", "Latin Modern Roman", "Latin Modern Math"), size: 1.18em, fallback: false)
#show heading: set block(above: 1.5em, below: 0.8em, sticky: true)
#show heading.where(level: 1): set text(size: 14.4pt)
#show heading.where(level: 2): set text(size: 12pt)
#show heading.where(level: 3): set text(size: 10.5pt)
#show heading: it => {
  let shown = if it.numbering != none and it.level <= 2 { counter(heading).display(it.numbering) + h(0.8em) }
  block(par(justify: false, shown + it.body))
}
#show figure.caption: it => align(center, block(width: 92%, par(justify: false, { it.supplement; [ ]; context it.counter.display(it.numbering); [: ]; it.body })))
#show figure.where(kind: table): set figure.caption(position: top)
#show figure.where(kind: table): set block(breakable: true)
#show figure: set block(above: 1.4em, below: 1.4em)
#show link: set text(fill: rgb("#1F5AA6"))

#let muted = rgb("#6B6B6B")
#let mark-colours = (good: rgb("#2E6B3E"), bad: rgb("#A3261A"), open: rgb("#8A5A00"))

// An inline equation that is wider than a line of text is made smaller; others break as text does.
#let inline-equation(alt, body) = math.equation(block: false, alt: alt, body.body)
#let long-equation(alt, body) = context {
  let whole = inline-equation(alt, body)
  let room = 440pt
  let width = measure(whole).width
  whole
}

#let shrink(room, body) = {
  let width = measure(body).width
  if width <= room or room <= 0pt { body } else { scale(100% * (room / width), reflow: true, origin: left + horizon, body) }
}

#let display-equation(alt, parts) = math.equation(block: false, alt: alt, math.display(parts.join()))

// Packs pieces into rows no wider than the room after the indent; pieces are arrays of factors of a summand.
#let pack(prefix, summands, first-room, rest-room) = {
  let rows = ()
  let current = ()
  let width = 0pt
  let room = first-room
  let gap = 3pt
  let total(parts) = measure(math.equation(block: false, math.display(parts.join()))).width
  for summand in summands {
    let whole = total(summand)
    let fits-line = width + whole <= room
    if not fits-line and current.len() > 0 and (whole <= rest-room or width > 0.6 * room) {
      rows.push(current)
      current = ()
      width = 0pt
      room = rest-room
    }
    if width + whole <= room {
      current += summand
      width += whole + gap
    } else {
      for factor in summand {
        let part = total((factor,))
        if width + part > room and current.len() > 0 {
          rows.push(current)
          current = ()
          width = 0pt
          room = rest-room
        }
        current.push(factor)
        width += part + gap
      }
    }
  }
  if current.len() > 0 { rows.push(current) }
  rows
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
  if parts.len() == 0 { none } else { parts.join(h(0.9em)) }
}

#let derivation(lines, boxed: false) = layout(size => {
  let total = size.width - if boxed { 20pt } else { 0pt }
  let gap = 12pt
  let prefixes = lines.map(line => if line.prefix.len() == 0 { 0pt } else { measure(display-equation("x", line.prefix)).width })
  let indent = calc.min(calc.max(..prefixes), 0.4 * total)
  let sign-gap = 4pt
  let rights = lines.map(line => measure(display-equation("x", line.summands.flatten())).width + sign-gap)
  let tails = lines.map(line => { let tail = tail-of(line); if tail == none { 0pt } else { measure(tail).width + gap } })
  let tail-room = calc.max(..tails)
  let remarks = lines.map(line => { let remark = remark-of(line); if remark == none { 0pt } else { measure(remark).width } })
  let remark-room = calc.min(calc.max(..remarks), 0.36 * total)
  let widths = rights.map(right => indent + right)
  let beside = total - tail-room - if remark-room > 0pt { remark-room + gap } else { 0pt }
  let fitting = widths.filter(width => width <= beside)
  let widest = calc.max(0pt, ..fitting)
  // Short lines keep some air before their reasons; the whole block is indented as a display is.
  let free = beside - widest
  let lead = if boxed { 0pt } else { calc.min(free * 0.5, 0.1 * total) }
  let equation-room = if boxed { widest } else if remark-room > 0pt { calc.min(beside, lead + widest + calc.min(free - lead, 26pt)) } else { beside }
  let rows = ()
  for (index, line) in lines.enumerate() {
    let pad = lead + indent - prefixes.at(index)
    let remark = remark-of(line)
    let tail = tail-of(line)
    let tail-cell = grid.cell(align: right + horizon, if tail == none { [] } else { tail })
    if widths.at(index) <= beside {
      let shown = h(pad) + display-equation(line.alt, line.prefix + line.summands.flatten())
      rows.push((grid.cell(align: left + horizon, shown), grid.cell(align: left + horizon, if remark == none { [] } else { remark }), tail-cell))
    } else {
      let room = total - tail-room - lead - indent
      let packed = pack(line.prefix, line.summands, room - sign-gap, room - 14pt)
      for (place, parts) in packed.enumerate() {
        let shown = if place == 0 { h(pad) + shrink(room + prefixes.at(index), display-equation(line.alt, line.prefix + parts)) } else { h(lead + indent + 14pt) + shrink(room - 14pt, display-equation("continued", ($""$.body,) + parts)) }
        rows.push((grid.cell(colspan: 2, align: left + horizon, shown), if place == packed.len() - 1 { tail-cell } else { grid.cell[] }))
      }
      if remark != none { rows.push((grid.cell(colspan: 2, align: right + top, inset: (bottom: 3pt), box(width: 0.75 * total, align(right, remark))), grid.cell[])) }
    }
  }
  let columns = if boxed { (auto, auto, auto) } else { (equation-room + if remark-room > 0pt { gap } else { 0pt }, 1fr, tail-room) }
  let body = grid(columns: columns, row-gutter: 9pt, column-gutter: if boxed { 8pt } else { 0pt }, ..rows.flatten())
  if boxed { align(center, block(stroke: 0.7pt, inset: (x: 10pt, y: 9pt), body)) } else { body }
})

#let equations(..lines) = block(width: 100%, above: 1.1em, below: 1.1em, derivation(lines.pos()))
#let result(..lines) = block(width: 100%, above: 1.2em, below: 1.2em, breakable: false, derivation(lines.pos(), boxed: true))

#let callout-colours = (assumption: rgb("#1F4E79"), remark: rgb("#5B5B5B"), slip: rgb("#A3261A"))
#let callout(kind, title, body) = block(
  width: 100%, above: 1.2em, below: 1.2em, inset: (left: 12pt, right: 10pt, y: 8pt),
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
  let columns = if natural.sum() <= size.width { natural } else { range(count).map(column => if rigid.at(column) { natural.at(column) } else { 1fr }) }
  let body = table(
    columns: columns, align: aligns, stroke: none, inset: (x: 7pt, y: 4.2pt),
    table.hline(stroke: 0.8pt), table.header(..header), table.hline(stroke: 0.45pt), ..rows.flatten(), table.hline(stroke: 0.8pt),
  )
  if natural.sum() <= size.width or needed <= size.width { align(center, body) } else {
    let factor = size.width / calc.max(needed, natural.sum())
    align(center, scale(100% * factor, reflow: true, origin: center, block(width: calc.max(needed, natural.sum()), body)))
  }
})

${typstScenePrelude}`;
