// Style of the portal: the standard rules; here what is ours. `npm run lint` reads this.
export default {
  extends: ['stylelint-config-standard'],
  rules: {
    // Ours (p-, u-, is-, and r- inside the ribbon), the library's and htmx's: block__element--modifier.
    'selector-class-pattern': '^(p|u|is|r|utrecht|htmx|voorbeeld)-[a-z0-9]+(-[a-z0-9]+)*(__[a-z0-9-]+)?(--[a-z0-9-]+)?$',
    // Rules that belong together stand together; blank lines are for the reader.
    'rule-empty-line-before': null,
    'at-rule-empty-line-before': null,
    'comment-empty-line-before': null,
    'declaration-empty-line-before': null,
    'custom-property-empty-line-before': null,
    // esbuild joins plain strings, and layers need them.
    'import-notation': null,
    // min-width reads in every browser we serve (build.mjs).
    'media-feature-range-notation': 'prefix',
    // Safari knows this one with its prefix only.
    'property-no-vendor-prefix': [true, { ignoreProperties: ['-webkit-text-size-adjust'] }],
    // The order of our files follows the page; layers settle what wins.
    'no-descending-specificity': null,
  },
};
