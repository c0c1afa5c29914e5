// Which view of the schema this page is for, read off its address: /graphiql or /admin/graphiql.
const page = location.pathname.replace(/\/$/, '');

export const view = {
  admin: page.startsWith('/admin'),
  name: page.startsWith('/admin') ? 'admin' : 'storefront',
  endpoint: page.replace(/graphiql$/, 'graphql'),
  tokens: '/graphql', // logging in, renewing and ending sessions belongs to the storefront
  operations: `${page}/operations.json`,
};
