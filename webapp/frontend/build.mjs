// Builds everything the browser gets into ../static/dist, with hashed names, and writes manifest.json:
// {"app.js": "app-5XV2.js", ...}, which webapp/assets.py reads. One run takes about a second.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { ICONS } from './src/icons.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const target = resolve(here, '../static/dist');
const building = `${target}.new`;

// htmx and its extension, as they are, in one file: htmx looks at the page as soon as its own file has run, so an
// extension in a file of its own may come too late, and the page would never listen.
const HTMX = ['htmx.org/dist/htmx.min.js', 'htmx.org/dist/ext/hx-sse.min.js'];

// A base style sheet must not reach into bpmn.io's parts: they leave many properties unset on purpose.
const scopedNormalize = {
  name: 'scoped-normalize',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^virtual:scoped-normalize$/ }, ({ path }) => ({ path, namespace: 'scoped' }));
    onLoad({ filter: /.*/, namespace: 'scoped' }, async () => {
      const text = await readFile(join(here, 'node_modules/modern-normalize/modern-normalize.css'), 'utf8');
      return { contents: `@scope (:root) to (.bio-theme-parent, .djs-container) {\n${text}\n}`, loader: 'css' };
    });
  },
};

// The few texts of the form viewer that pass its translate hook by, and the locale it takes from the browser instead of
// the page. A new version that says them differently stops the build: then look again.
const VIEWER_TEXTS = [
  ["placeholder: 'Search',", "placeholder: orderlaneText('Search'),"],
  ["valueLabel || 'Select'", "valueLabel || orderlaneText('Select')"],
  ['children: "Browse"', 'children: orderlaneText("Browse")'],
  ["emptyListMessage = 'No results'", "emptyListMessage = orderlaneText('No results')"],
  ['placeholder: getLocaleReadableDateFormat(),', 'placeholder: orderlaneText(getLocaleReadableDateFormat()),'],
  ["placeholder: use24h ? 'hh:mm' : 'hh:mm --'", "placeholder: orderlaneText(use24h ? 'hh:mm' : 'hh:mm --')"],
  ["locale = 'default'", "locale = orderlaneDateLocale()"],
];

const translatedViewer = {
  name: 'translated-viewer',
  setup({ onLoad }) {
    onLoad({ filter: /form-js-viewer\/dist\/index\.es\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, 'utf8');
      for (const [theirs, ours] of VIEWER_TEXTS) {
        if (contents.split(theirs).length !== 2) {
          throw new Error(`Expected the form viewer to say ${theirs} once, but this version does not.`);
        }
        contents = contents.replace(theirs, ours);
      }
      const texts = join(here, 'src/parts/order-form/texts.js');
      return { contents: `import { text as orderlaneText, dateLocale as orderlaneDateLocale } from ${JSON.stringify(texts)};\n${contents}`, loader: 'js' };
    });
  },
};

async function bundle() {
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: {
      app: 'src/app.js',
      form: 'src/form.js',
      diagram: 'src/diagram.js',
      dispatch: 'src/dispatch.js',
      'app-style': 'src/css/app.css',
      'form-style': 'src/css/form.css',
      'diagram-style': 'src/css/diagram.css',
      'dispatch-style': 'src/css/dispatch.css',
    },
    outdir: building,
    bundle: true,
    format: 'esm',
    splitting: true,
    minify: true,
    sourcemap: true,
    metafile: true,
    target: ['es2022', 'chrome123', 'firefox128', 'safari17.5'],
    supported: { 'import-attributes': true },
    entryNames: '[name]-[hash]',
    chunkNames: 'chunk-[hash]',
    assetNames: '[name]-[hash]',
    loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty', '.svg': 'file' },
    // The licences of bpmn.io's viewers ask for their texts to stay beside the code.
    legalComments: 'linked',
    plugins: [scopedNormalize, translatedViewer],
    logLevel: 'warning',
  });
  const manifest = {};
  for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint) {
      const name = basename(file).replace(/-[A-Z0-9]{8}(\.\w+)$/, '$1').replace('-style.css', '.css');
      manifest[name] = relative(building, resolve(here, file));
    }
  }
  return manifest;
}

async function joined(name, sources) {
  const texts = await Promise.all(sources.map((source) => readFile(join(here, 'node_modules', source), 'utf8')));
  return write(name, texts.map((text) => text.replace(/\n\/\/# sourceMappingURL=.*/, '')).join(';\n'));
}

// One <symbol> an icon; stroke and size come from CSS, so that an icon has the colour of its text.
async function sprite() {
  const symbols = await Promise.all(
    Object.entries(ICONS).map(async ([name, lucide]) => {
      const svg = await readFile(join(here, `node_modules/lucide-static/icons/${lucide}.svg`), 'utf8');
      const shapes = svg.replace(/[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, '').replace(/\s*\n\s*/g, '');
      return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
    }),
  );
  const own = await Promise.all(
    (await readdir(join(here, 'src/symbols'))).map((file) => readFile(join(here, 'src/symbols', file), 'utf8')),
  );
  const licence = '<!-- Icons: Lucide, ISC licence. -->';
  return write('icons.svg', `<svg xmlns="http://www.w3.org/2000/svg">${licence}${symbols.join('')}${own.join('')}</svg>`);
}

async function write(name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8).toUpperCase();
  const file = `${basename(name, extname(name))}-${hash}${extname(name)}`;
  await writeFile(join(building, file), content);
  return file;
}

await rm(building, { recursive: true, force: true });
await mkdir(building, { recursive: true });
const manifest = await bundle();
manifest['htmx.js'] = await joined('htmx.js', HTMX);
manifest['icons.svg'] = await sprite();
manifest['icon.svg'] = await write('icon.svg', await readFile(join(here, 'src/favicon.svg'), 'utf8'));
await writeFile(join(building, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
// Swapped in at the end, so that a running server never sees half a build.
await rm(target, { recursive: true, force: true });
await rename(building, target);
