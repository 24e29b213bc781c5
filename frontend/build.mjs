// Bundles what the browser gets besides our own few files into the package's static files: the base style sheet and
// the charts. Everything is served by the product itself.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "esbuild";

const out = "src/pinzhi/kernel/web/static/pinzhi/vendor";
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const common = { bundle: true, minify: true, legalComments: "none", target: ["es2020", "chrome90", "firefox90", "safari15"] };
await build({ ...common, entryPoints: ["frontend/tabler.css"], outfile: join(out, "tabler.css") });
await build({ ...common, entryPoints: ["frontend/charts.js"], format: "iife", outfile: join(out, "charts.js") });

// Compressed once, here, instead of at every request.
const sizes = [];
for (const name of ["tabler.css", "charts.js"]) {
  const content = await readFile(join(out, name));
  const zipped = await promisify(gzip)(content, { level: 9 });
  const packed = await promisify(brotliCompress)(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  });
  await writeFile(join(out, `${name}.gz`), zipped);
  await writeFile(join(out, `${name}.br`), packed);
  sizes.push(`${name} ${Math.round(content.length / 1024)} KB (gzip ${Math.round(zipped.length / 1024)}, brotli ${Math.round(packed.length / 1024)})`);
}

// The licences of what was bundled travel with it.
const licences = [];
for (const name of ["@tabler/core", "echarts", "zrender", "tslib"]) {
  const about = JSON.parse(await readFile(`node_modules/${name}/package.json`, "utf8"));
  licences.push(`${name} ${about.version}: ${about.license}`);
}
await writeFile(join(out, "licences.txt"), licences.join("\n") + "\n");
console.log(sizes.join("\n"));
