import { resolve } from "node:path";
import { defineConfig } from "vite";

/** Three pages out of one set of sources. Where they go is the project's to say: `tools/pages.py`. */
export default defineConfig({
  base: "/",
  build: {
    outDir: process.env.PAGES_OUT ?? resolve(import.meta.dirname, "../.state/pages"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        desk: resolve(import.meta.dirname, "desk.html"),
        monitor: resolve(import.meta.dirname, "monitor.html"),
        call: resolve(import.meta.dirname, "call.html"),
      },
    },
  },
  css: {
    preprocessorOptions: { scss: { quietDeps: true, loadPaths: [resolve(import.meta.dirname, "node_modules")] } },
  },
  server: { proxy: { "/api": { target: process.env.HELPLINE ?? "http://127.0.0.1:8080", ws: true } } },
});
