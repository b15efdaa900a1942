extension ReportPage {
    static let style = """
        :root { color-scheme: light dark; --ink: #24242a; --paper: #fcfcfa; --line: #d6d6d2; --quiet: #5c5c66;
          --digits: #b3261e; --fragments: #9a5c00; --unjudged: #6a4fa3; --clean: #2e7d4f }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8e8ea; --paper: #17171a; --line: #3c3c44; --quiet: #a6a6b0;
          --digits: #ff8a80; --fragments: #ffb74d; --unjudged: #c3aefc; --clean: #7bd69d } a { color: #8ab4f8 } }
        * { box-sizing: border-box }
        body { font: 15px/1.5 system-ui, sans-serif; margin: 1.5rem auto; max-width: 72rem; padding: 0 1rem;
          color: var(--ink); background: var(--paper) }
        h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere } h2 { font-size: 1.2rem; margin: 1.5rem 0 .5rem }
        .partial { background: #b3261e; color: #fff; padding: .5rem 1rem }
        .tiles { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0 }
        .tile { border: 1px solid var(--line); border-top-width: 4px; border-radius: 6px; padding: .3rem .7rem }
        .tile b { display: block; font-size: 1.3rem }
        .tile.clean { border-top-color: var(--clean) } .tile.digits { border-top-color: var(--digits) }
        .tile.fragments { border-top-color: var(--fragments) }
        .tile.unjudged, .tile.passed-over { border-top-color: var(--unjudged) }
        td.clean, b.clean { color: var(--clean) } td.digits, b.digits { color: var(--digits); font-weight: 600 }
        td.fragments, b.fragments { color: var(--fragments); font-weight: 600 }
        td.unjudged, p.unjudged, b.unjudged { color: var(--unjudged) }
        #tools:not([hidden]) { display: flex; flex-wrap: wrap; gap: .5rem 1rem; position: sticky; top: 0; z-index: 1;
          background: var(--paper); padding: .5rem 0; border-bottom: 1px solid var(--line) }
        input, select { font: inherit; max-width: 100% }
        .name { overflow-wrap: anywhere } summary .name, td.name > a { display: inline-block; max-height: 6em;
          overflow-y: auto; vertical-align: bottom }
        .hash { font: .85em ui-monospace, monospace; overflow-wrap: anywhere }
        .scroll { max-height: 75vh; overflow-y: auto; border: 1px solid var(--line) }
        table { border-collapse: collapse; width: 100% }
        td, th { border-bottom: 1px solid var(--line); padding: .3rem .5rem; text-align: left; vertical-align: top }
        thead th { position: sticky; top: 0; background: var(--paper) } td { font-variant-numeric: tabular-nums }
        small { color: var(--quiet) } td small { display: block }
        th button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 0;
          cursor: pointer }
        th[aria-sort=ascending] button::after { content: " \\25B2" }
        th[aria-sort=descending] button::after { content: " \\25BC" }
        details.item { border-bottom: 1px solid var(--line); padding: .3rem 0 } summary { cursor: pointer }
        figure { margin: .75rem 0 } img { display: block; max-width: 100%; height: auto; border: 1px solid var(--line) }
        figcaption { font-variant-numeric: tabular-nums } figcaption ul { columns: 22rem; margin: .25rem 0;
          padding-left: 1.2rem } li { break-inside: avoid }
        dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1rem }
        dt { color: var(--quiet) } dd { margin: 0; overflow-wrap: anywhere }
        [data-hidden] { display: none }
        @media (max-width: 40rem) { thead { display: none } tr, td { display: block } td { border: 0; padding: 0 .5rem }
          tr { border-bottom: 1px solid var(--line); padding: .4rem 0 } td.hash { display: none }
          #recordings td:nth-child(3)::after { content: " s" } #recordings td:nth-child(4)::after { content: " digits" }
          #recordings td:nth-child(5)::after { content: " fragments" }
          #recordings td:nth-child(n+2) { display: inline-block } tr[data-hidden] { display: none } }
        """

    static let script = """
        const tools = document.querySelector('#tools'), search = document.querySelector('#search');
        const verdict = document.querySelector('#verdict'), shown = document.querySelector('#shown');
        const items = [...document.querySelectorAll('.item')].map(item =>
          [item, item.querySelector('.name').textContent.toLowerCase()]);
        const filter = () => {
          const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean), names = new Set();
          for (const [item, name] of items) {
            const fits = (!verdict.value || item.dataset.verdict === verdict.value) && words.every(w => name.includes(w));
            item.toggleAttribute('data-hidden', !fits);
            if (fits) names.add(name);
          }
          shown.textContent = names.size + ' shown';
        };
        tools.hidden = false;
        tools.addEventListener('submit', event => event.preventDefault());
        search.addEventListener('input', filter);
        verdict.addEventListener('change', filter);
        addEventListener('hashchange', () => {
          const target = location.hash && document.getElementById(location.hash.slice(1));
          if (target && target.tagName === 'DETAILS') { target.open = true; target.scrollIntoView(); }
        });
        for (const button of document.querySelectorAll('#recordings th button')) button.addEventListener('click', () => {
          const head = button.parentElement, row = head.parentElement, column = [...row.children].indexOf(head);
          const down = head.getAttribute('aria-sort') === 'ascending';
          for (const other of row.children) other.removeAttribute('aria-sort');
          head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
          const body = document.querySelector('#recordings tbody');
          const value = line => line.children[column].textContent;
          const lines = [...body.rows].sort((a, b) => {
            const [x, y] = [value(a), value(b)], [p, q] = [parseFloat(x), parseFloat(y)];
            return column > 1 && column < 5 ? p - q : x.localeCompare(y);
          });
          if (down) lines.reverse();
          body.append(...lines);
        });
        """
}
