print("importing")
import surely_not_a_module
