// Scripts: what the recommended rules find, in the browser and in node. `npm run lint` reads this.
import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['node_modules/', '.venv/', 'var/', 'portal/static/dist/'] },
  js.configs.recommended,
  // { left, ...rest }: leaving something out is a use of its name.
  { rules: { 'no-unused-vars': ['error', { ignoreRestSiblings: true }] } },
  { files: ['portal/static/src/js/**/*.js'], languageOptions: { globals: globals.browser } },
  { files: ['**/*.mjs', '*.config.js'], languageOptions: { globals: globals.node } },
];
