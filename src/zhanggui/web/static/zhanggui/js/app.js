// Everything a page needs; each part minds its own marks in the page.
import "./forms.js";
