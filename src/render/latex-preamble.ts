/** The preamble of a solution in LaTeX: only packages of a small TeX. */

import { tikzPreamble } from './scene/tikz.js';

/** Everything before `\begin{document}`. `title` is plain text. */
export function latexPreamble(title: string): string {
  return `\\documentclass[11pt,a4paper]{article}
\\usepackage[T1]{fontenc}
\\usepackage[utf8]{inputenc}
\\usepackage{lmodern}
\\usepackage[a4paper,margin=25mm]{geometry}
\\usepackage{amsmath,amssymb}
\\usepackage{xcolor}
${tikzPreamble()}
\\usepackage{booktabs,longtable}
\\IfFileExists{microtype.sty}{\\usepackage{microtype}}{}
\\usepackage[unicode,hidelinks,pdfusetitle]{hyperref}
\\hypersetup{pdftitle={${title}},pdfauthor={},pdfcreator={chainrule}}
\\definecolor{muted}{HTML}{6B6B6B}
\\definecolor{good}{HTML}{2C6E49}
\\definecolor{bad}{HTML}{A8321F}
\\definecolor{open}{HTML}{85600A}
\\setlength{\\parindent}{0pt}
\\setlength{\\parskip}{0.55em plus 0.1em minus 0.1em}
\\setlength{\\emergencystretch}{4em}
\\setlength{\\jot}{6pt}
\\setlength{\\LTpre}{0.6em}\\setlength{\\LTpost}{0.6em}
\\allowdisplaybreaks[2]
\\widowpenalty=9000 \\clubpenalty=9000
% A formula or a picture, shrunk where it is wider than the room it has.
\\newsavebox{\\roombox}
\\newcommand{\\shrunk}[1]{\\ifdim\\wd\\roombox>#1\\relax\\resizebox{#1}{!}{\\usebox{\\roombox}}\\else\\usebox{\\roombox}\\fi}
\\newcommand{\\fitted}[2]{\\sbox{\\roombox}{$#2$}\\shrunk{#1}}
% Beside a displayed line: why it holds, its shape, the verdict and its number.
\\newcommand{\\reason}[2]{\\parbox[c]{#1}{\\raggedright\\footnotesize\\color{muted}#2}}
\\newcommand{\\shape}[1]{{\\footnotesize\\color{muted}$#1$}}
\\newcommand{\\verdict}[2]{{\\footnotesize\\color{#1}#2}}
\\newenvironment{indented}{\\list{}{\\leftmargin=1.4em\\rightmargin=0pt\\topsep=0.4em\\parsep=\\parskip}\\item\\relax}{\\endlist}
\\newcommand{\\displayedcaption}[1]{\\par\\smallskip{\\small #1\\par}}`;
}
