/** Of the page, which can be read without it: widens the picture, sorts the table, and finds a package in it. */
export const SCRIPT = `
const zoom = document.querySelector('#zoom');
zoom?.addEventListener('input', () => document.documentElement.style.setProperty('--zoom', zoom.value));
const table = document.querySelector('#packages');
const rows = table ? [...table.tBodies[0].rows] : [];
table?.querySelectorAll('thead th').forEach((head, column) => {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = head.textContent;
  head.replaceChildren(button);
  let down = column === 0;
  button.addEventListener('click', () => {
    down = !down;
    const value = (row) => { const { dataset, textContent } = row.cells[column]; return dataset.value ? Number(dataset.value) : textContent; };
    const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1);
    rows.sort((a, b) => order(value(a), value(b)));
    table.tBodies[0].append(...rows);
    table.querySelectorAll('thead th').forEach((other) => other.removeAttribute('aria-sort'));
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  });
});
const find = document.querySelector('#find');
find?.addEventListener('input', () => {
  for (const row of rows) row.hidden = !row.cells[0].textContent.includes(find.value.trim());
});
`;
