class Node:
    def __init__(self, child=None):
        self.child = child

    def get(self):
        return self.child


root = Node(Node())
print(root.get().get())
print(root.get().get().get().get())
