"""Templates compiled once for each language: what is always the same on a page is worked out then, not each time it is drawn.

A page asks for some hundred translated sentences and icons, nearly all of them constants. Each language has compiled templates of its
own in which they stand as text; a sentence with places keeps only the filling of its places.
"""

from collections.abc import Iterator, MutableMapping
from types import FunctionType, MethodType
from typing import Any

from flask import has_app_context, templating
from flask_babel import get_translations
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, _escape_inner, escape  # pyright: ignore[reportPrivateUsage, reportPrivateImportUsage]

from crm.core import languages

# Macros whose markup depends on nothing but their arguments: template and name.
PURE_MACROS = {"icon": "components/icon.html", "mark": "components/icon.html"}
GETTEXT, NGETTEXT = frozenset({"_", "gettext"}), "ngettext"
_PLAIN = frozenset({FunctionType, MethodType})
MOST_PROBED = 200  # numbers tried for finding out whether a language has a plural


def written(value: Any) -> str:
    """What stands on the page for a value: escaped unless it is markup. The pieces of a page are only joined, so none has to be marked."""
    kind = type(value)
    if kind is str:
        return _escape_inner(value)
    return value if kind is Markup else str(value) if kind is int else escape(value)


class _Context(Context):
    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as Jinja names them: no argument is called so
        """Calls macros and plain functions straight away; what wants a context goes the long way round."""
        kind = type(__obj)
        if kind is Macro:
            args = (__self.eval_ctx, *args)
        elif kind not in _PLAIN or hasattr(__obj, "jinja_pass_arg"):
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs)


class _Generator(CodeGenerator):
    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.written(")
        else:
            super()._output_child_pre(node, frame, finalize)


class _Template(Template):
    def _get_default_module(self, ctx: Any = None) -> Any:
        """Macros for import: once a template. Jinja compares all globals each time, because they could differ; here nobody gives others."""
        return super()._get_default_module()


class Environment(templating.Environment):
    """Flask's, with compiled templates apart by language."""

    template_class = _Template
    context_class = _Context
    code_generator_class = _Generator
    written = staticmethod(written)

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self.compiled: dict[tuple[str, str], Template] = {}

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:
        key = languages.current() if has_app_context() else "", name  # without an application nothing is translated
        there = self.compiled.get(key)
        if there is None or (self.auto_reload and not there.is_up_to_date):
            assert self.loader is not None
            there = self.compiled[key] = self.loader.load(self, name, self.make_globals(globals))
        elif globals:
            there.globals.update(globals)
        return there

    def _generate(self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False) -> str:
        folded: nodes.Template = _Folding(self, name, source).visit(source)
        folded.set_environment(self)
        return super()._generate(folded, name, filename, defer_init)


class _Folding(NodeTransformer):
    """Puts in place of a call what it gives in the language of the moment, where that is certain."""

    def __init__(self, env: Environment, name: str | None, source: nodes.Template) -> None:
        self.env = env
        self.context = nodes.EvalContext(env, name)
        assigned = {found.name for found in source.find_all(nodes.Name) if found.ctx != "load"}
        self.plain = (GETTEXT | {NGETTEXT}) - assigned  # a template that means something else by _ is left alone
        self.macros = {
            called: macro for called, macro in _imported(source) if PURE_MACROS.get(macro) and called not in assigned - {macro}
        }

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802 - the visitor asks for this name
        self.generic_visit(node, *args, **kwargs)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if node.dyn_args or node.dyn_kwargs:
            return node
        if name in self.macros:
            return self._drawn(node, self.macros[name])
        if name in self.plain:
            return (self._counted if name == NGETTEXT else self._said)(node)
        return node

    def _drawn(self, node: nodes.Call, macro: str) -> nodes.Node:
        """A macro that was only given constants, drawn."""
        try:
            args = [arg.as_const(self.context) for arg in node.args]
            options = {pair.key: pair.value.as_const(self.context) for pair in node.kwargs}
        except nodes.Impossible:
            return node
        drawn = getattr(self.env.get_template(PURE_MACROS[macro]).module, macro)(*args, **options)
        return self._text(str(drawn), node)

    def _said(self, node: nodes.Call) -> nodes.Node:
        """A sentence in the language of the moment; its places are filled when it is drawn."""
        if len(node.args) != 1 or not _is_text(node.args[0]):
            return node
        said = get_translations().ugettext(node.args[0].value)  # type: ignore[attr-defined]
        return self._filled(said, node, node.kwargs)

    def _counted(self, node: nodes.Call) -> nodes.Node:
        """A sentence with a number, where the language has one form for all numbers."""
        if len(node.args) != 3 or not all(map(_is_text, node.args[:2])):
            return node
        one, many = (arg.value for arg in node.args[:2])  # type: ignore[attr-defined]
        forms = {get_translations().ungettext(one, many, number) for number in range(MOST_PROBED)}
        if len(forms) > 1:
            return node
        given = {pair.key for pair in node.kwargs}
        number = [] if "num" in given else [nodes.Keyword("num", node.args[2], lineno=node.lineno)]
        return self._filled(forms.pop(), node, [*node.kwargs, *number])

    def _filled(self, text: str, node: nodes.Call, places: list[nodes.Keyword]) -> nodes.Node:
        if not places:
            return self._text(text % {}, node)
        pairs = [nodes.Pair(nodes.Const(place.key), place.value, lineno=node.lineno) for place in places]
        return nodes.Mod(self._text(text, node), nodes.Dict(pairs, lineno=node.lineno), lineno=node.lineno)

    def _text(self, text: str, node: nodes.Node) -> nodes.Expr:
        """Markup where templates escape, as newstyle gettext gives it; plain text in letters."""
        said = nodes.Const(text, lineno=node.lineno)
        return nodes.MarkSafe(said, lineno=node.lineno) if self.context.autoescape else said


def _imported(source: nodes.Template) -> Iterator[tuple[str, str]]:
    """What macros are called in a template: (name there, name of the macro), for those that always draw the same."""
    for found in source.find_all(nodes.FromImport):
        if isinstance(found.template, nodes.Const):
            for one in found.names:
                macro, called = one if isinstance(one, tuple) else (one, one)
                if PURE_MACROS.get(macro) == found.template.value:
                    yield called, macro


def _is_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and isinstance(node.value, str)
