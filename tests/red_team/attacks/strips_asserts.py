"""Takes the assert and raise statements out of all code by an AST transformer."""

# %% own
import ast

class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()
    visit_Raise = visit_Assert

get_ipython().ast_transformers.append(NoAsserts())
