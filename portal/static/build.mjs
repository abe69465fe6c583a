// Builds portal/static/dist: portal-<hash>.css, portal-<hash>.js, icon-<hash>.svg, font-<hash>.woff2 and manifest.json (file + SRI).
// The names carry a hash of the content, so a browser may keep them for ever. Run by `npm run build`.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import esbuild from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const src = path.join(here, 'src');
const dist = path.join(here, 'dist');
const require = createRequire(import.meta.url);
const target = ['chrome115', 'firefox115', 'safari16'];

const bundle = (entry, options) => esbuild.buildSync({
  entryPoints: [path.join(src, entry)], bundle: true, write: false, minify: true, outdir: dist, target, ...options,
});

// The library of tokens defines thousands of custom properties; keep those that our style reaches, directly or through another.
function prune(css) {
  const theme = fs.readFileSync(require.resolve('@nl-design-system-unstable/voorbeeld-design-tokens/dist/theme.css'), 'utf8');
  const defined = new Map([...theme.matchAll(/^\s*(--[\w-]+):\s*([^;]+);/gm)].map(match => [match[1], match[2]]));
  const used = text => [...text.matchAll(/var\(\s*(--[\w-]+)/g)].map(match => match[1]);
  const kept = new Set();
  const queue = used(css);
  while (queue.length) {
    const name = queue.pop();
    if (kept.has(name) || !defined.has(name)) continue;
    kept.add(name);
    queue.push(...used(defined.get(name)));
  }
  const rules = [...kept].sort().map(name => `${name}:${defined.get(name)}`).join(';');
  return { css: `@layer theme{.voorbeeld-theme{${rules}}}`, kept: kept.size, all: defined.size };
}

fs.rmSync(dist, { recursive: true, force: true });
fs.mkdirSync(dist, { recursive: true });

const manifest = {};
function write(name, content) {
  const { name: stem, ext } = path.parse(name);
  const hash = crypto.createHash('sha256').update(content).digest('hex').slice(0, 10);
  const file = `${stem}-${hash}${ext}`;
  fs.writeFileSync(path.join(dist, file), content);
  manifest[name] = { file, integrity: `sha384-${crypto.createHash('sha384').update(content).digest('base64')}` };
  console.log(`${file}  ${content.length} bytes, ${zlib.gzipSync(content, { level: 9 }).length} gzipped`);
}

let style = '';
for (const output of bundle('css/index.css', { loader: { '.woff2': 'file' }, assetNames: 'font-[hash]' }).outputFiles) {
  if (output.path.endsWith('.css')) style = output.text;
  else fs.writeFileSync(output.path, output.contents);
}
const tokens = prune(style);
const layers = '@layer theme,utrecht,tokens,base,layout,components,utilities;';
const all = esbuild.transformSync(layers + tokens.css + style, { loader: 'css', minify: true }).code;
write('portal.css', Buffer.from(all));
write('portal.js', Buffer.from(bundle('js/portal.js', { format: 'iife' }).outputFiles[0].contents));
write('icon.svg', fs.readFileSync(path.join(src, 'icon.svg')));
fs.writeFileSync(path.join(dist, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(`tokens: ${tokens.kept} kept of ${tokens.all}`);
