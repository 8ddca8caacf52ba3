/**
 * The shape of the code itself: imports run one way, each package has one door, the library runs in a browser, nothing is evaluated.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Folders of src/ along the pipeline: each may import from those before it, and from those in its own row only itself. */
const pipeline: readonly (readonly string[])[] = [
  ['errors'],
  ['operators'],
  ['network'],
  ['notation'],
  ['model'],
  ['calculus'],
  ['proof', 'numeric'],
  ['check'],
  ['verify'],
  ['solution'],
  ['render'],
  ['index'],
];

/** Types that lie later in the pipeline than a folder that speaks of them: the seams between the layers. Nothing of them is left when the code runs. */
const seams: readonly { readonly from: string; readonly to: string }[] = [
  { from: 'operators', to: 'src/network/rational.ts' },
  { from: 'notation', to: 'src/model/model.ts' },
];

/** The one folder that each npm package is imported in; tests may use any. */
const doors: Readonly<Record<string, string>> = {
  commander: 'cli',
  picocolors: 'cli',
  'cli-progress': 'cli',
  yaml: 'src/model',
  'fastest-levenshtein': 'src/notation',
  'markdown-it': 'src/solution',
  mathjs: 'src/calculus',
  nerdamer: 'src/calculus',
  'd3-scale': 'src/solution',
  katex: 'src/render',
  '@myriaddreamin/typst-ts-web-compiler': 'src/render',
  '@myriaddreamin/typst-ts-node-compiler': 'src/render',
  assemblyscript: 'assembly',
};

/** Where files, processes and workers of Node may be used; everything else runs in a browser. */
const nodePlaces: readonly string[] = ['cli/', 'src/render/pdf/', 'src/render/latex-pdf.ts', 'src/render/assets.ts'];

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

const root = new URL('..', import.meta.url);

function sourcesIn(folder: string): Source[] {
  return readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map((path) => parse(posix.join(folder, path.replaceAll('\\', '/'))));
}

function parse(path: string): Source {
  const text = readFileSync(new URL(path, root), 'utf8');
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  return { path, text, tree, imports: importsOf(tree) };
}

function nodesOf(tree: ts.SourceFile): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return nodes;
}

/** Static, dynamic and type imports, and re-exports. */
function importsOf(tree: ts.SourceFile): Import[] {
  return nodesOf(tree).flatMap((node): Import[] => {
    if (ts.isImportDeclaration(node)) return imported(node.moduleSpecifier, isTypeImport(node));
    if (ts.isExportDeclaration(node) && node.moduleSpecifier) return imported(node.moduleSpecifier, node.isTypeOnly || everyElementIsType(node.exportClause));
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return imported(node.argument.literal, true);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && node.arguments[0]) return imported(node.arguments[0], false);
    return [];
  });
}

function imported(specifier: ts.Node, typeOnly: boolean): Import[] {
  return ts.isStringLiteralLike(specifier) ? [{ specifier: specifier.text, typeOnly }] : [];
}

function isTypeImport(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  return clause !== undefined && (clause.phaseModifier === ts.SyntaxKind.TypeKeyword || (!clause.name && everyElementIsType(clause.namedBindings)));
}

function everyElementIsType(clause: ts.NamedImportBindings | ts.NamedExportBindings | undefined): boolean {
  return clause !== undefined && (ts.isNamedImports(clause) || ts.isNamedExports(clause)) && clause.elements.every((element) => element.isTypeOnly);
}

const isRelative = (specifier: string): boolean => specifier.startsWith('.');

/** The file of the sources that a relative import names. */
function fileOf(source: Source, specifier: string): string {
  return posix.join(posix.dirname(source.path), specifier).replace(/\.js$/, '.ts');
}

/** `network` of src/network/tensor.ts, `errors` of src/errors.ts. */
function layerOf(path: string): string {
  return (path.split('/')[1] ?? '').replace(/\.ts$/, '');
}

function rankOf(layer: string): number {
  return pipeline.findIndex((row) => row.includes(layer));
}

/** `@scope/name` or `name` of an import. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

const library = sourcesIn('src');
const shell = sourcesIn('cli');
const tests = sourcesIn('test');
const shipped = [...library, ...shell];

/** What is wrong with each import of some sources, as `file → specifier`. */
function offending(sources: readonly Source[], isWrong: (source: Source, one: Import) => boolean): string[] {
  return sources.flatMap((source) => source.imports.filter((one) => isWrong(source, one)).map((one) => `${source.path} → ${one.specifier}`));
}

/** `file:line` of each node that should not be there. */
function found(sources: readonly Source[], isWrong: (node: ts.Node) => boolean): string[] {
  return sources.flatMap(({ path, tree }) =>
    nodesOf(tree)
      .filter(isWrong)
      .map((node) => `${path}:${tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1}`),
  );
}

describe('imports', () => {
  it('are found at all', () => {
    expect(library.flatMap((source) => source.imports).length).toBeGreaterThan(50);
  });

  it('of the library start in a folder that the pipeline knows', () => {
    expect(library.map((source) => source.path).filter((path) => rankOf(layerOf(path)) < 0)).toEqual([]);
  });

  it('run down the pipeline only, but for the types of the seams', () => {
    const wrong = offending(library, (source, one) => {
      if (!isRelative(one.specifier)) return false;
      const [from, to] = [layerOf(source.path), layerOf(fileOf(source, one.specifier))];
      const isSeam = one.typeOnly && seams.some((seam) => seam.from === from && seam.to === fileOf(source, one.specifier));
      return from !== to && rankOf(to) >= rankOf(from) && !isSeam;
    });
    expect(wrong).toEqual([]);
  });

  it('never leave the library', () => {
    expect(offending(library, (source, one) => isRelative(one.specifier) && !fileOf(source, one.specifier).startsWith('src/'))).toEqual([]);
  });

  it('of the command line reach the library through src/index.ts alone', () => {
    const wrong = offending(shell, (source, one) => {
      const file = fileOf(source, one.specifier);
      return isRelative(one.specifier) && !file.startsWith('cli/') && file !== 'src/index.ts';
    });
    expect(wrong).toEqual([]);
  });

  it('of a package have one door each', () => {
    const wrong = offending(shipped, (source, one) => {
      if (isRelative(one.specifier) || one.specifier.startsWith('node:')) return false;
      const door = doors[packageOf(one.specifier)];
      return door === undefined || !source.path.startsWith(`${door}/`);
    });
    expect(wrong).toEqual([]);
  });

  it('of Node itself are in the command line and the file and PDF parts of the rendering alone', () => {
    expect(offending(shipped, (source, one) => one.specifier.startsWith('node:') && !nodePlaces.some((place) => source.path.startsWith(place)))).toEqual([]);
  });

  it('of builtin modules say node:', () => {
    const bare = /^(assert|buffer|child_process|crypto|events|fs|http|module|os|path|process|stream|url|util|v8|vm|worker_threads|zlib)(\/|$)/;
    expect(offending([...shipped, ...tests], (_, one) => bare.test(one.specifier))).toEqual([]);
  });
});

describe('the code', () => {
  it('evaluates no text', () => {
    const names = new Set(['eval', 'Function']);
    const isEvaluation = (node: ts.Node): boolean =>
      (ts.isCallExpression(node) || ts.isNewExpression(node)) && ts.isIdentifier(node.expression) && names.has(node.expression.text);
    expect(found(shipped, isEvaluation)).toEqual([]);
  });

  it('has no any', () => {
    expect(found([...shipped, ...tests], (node) => node.kind === ts.SyntaxKind.AnyKeyword)).toEqual([]);
  });

  it('does not silence the type checker; a test may, where it says why', () => {
    const silencing = /@ts-(ignore|expect-error|nocheck)\b/;
    expect(shipped.filter((source) => silencing.test(source.text)).map((source) => source.path)).toEqual([]);
    const reasonless = /@ts-(ignore|nocheck)\b|@ts-expect-error\s*$/m;
    expect(tests.filter((source) => source.path !== 'test/structure.test.ts' && reasonless.test(source.text)).map((source) => source.path)).toEqual([]);
  });

  it('keeps no state in modules', () => {
    const isTopLevelLet = (source: Source): boolean =>
      source.tree.statements.some((statement) => ts.isVariableStatement(statement) && !(statement.declarationList.flags & ts.NodeFlags.Const));
    expect(shipped.filter(isTopLevelLet).map((source) => source.path)).toEqual([]);
  });

  it('says at the head of each file what it is for', () => {
    expect([...shipped, ...tests].filter((source) => !/^(#!.*\n)?(\/\*|\/\/)/.test(source.text)).map((source) => source.path)).toEqual([]);
  });
});

describe('derivations', () => {
  it('are sheets and nothing else', () => {
    const files = readdirSync(new URL('derivations/', root), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map((file) => file.name).filter((name) => !name.endsWith('.md'))).toEqual([]);
  });
});
